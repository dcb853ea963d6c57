#include "diameter/guarded.hpp"

namespace vouchsafe::diameter {

void answer_unable_to_comply(msg** message, disp_action* action) noexcept {
  if (message == nullptr || *message == nullptr) return;
  msg_hdr* header = nullptr;
  if (fd_msg_hdr(*message, &header) != 0) return;
  // The body may have made an answer already, with some of its AVPs, a success among them: another one takes its place.
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) {
    msg* query = nullptr;
    if (fd_msg_answ_getq(*message, &query) != 0 || query == nullptr || fd_msg_answ_detach(*message) != 0) return;
    (void)fd_msg_free(*message);
    *message = query;
  }
  if (fd_msg_new_answer_from_req(fd_g_config->cnf_dict, message, 0) != 0) return;
  char code[] = "DIAMETER_UNABLE_TO_COMPLY";
  if (fd_msg_rescode_set(*message, code, nullptr, nullptr, 1) != 0) return;
  if (action != nullptr) *action = DISP_ACT_SEND;
}

}  // namespace vouchsafe::diameter
