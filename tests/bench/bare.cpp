#include "core/freediameter.hpp"
#include "diameter/listen_addresses.hpp"

// The ceiling that the HSS is measured against: a handler that answers every Cx request with a constant UAA.
namespace {

disp_hdl* handler = nullptr;

int answer(msg** message, avp*, session*, void*, disp_action* action) {
  if (fd_msg_new_answer_from_req(fd_g_config->cnf_dict, message, 0) != 0) return EINVAL;
  char code[] = "DIAMETER_SUCCESS";
  if (fd_msg_rescode_set(*message, code, nullptr, nullptr, 0) != 0) return EINVAL;
  if (fd_msg_add_origin(*message, 0) != 0) return EINVAL;
  *action = DISP_ACT_SEND;
  return 0;
}

int entry(char*) {
  // Where the HSS listens, and nowhere else.
  if (!vouchsafe::diameter::listen_where_configured()) return EINVAL;
  application_id_t cx = 16777216;
  vendor_id_t tgpp = 10415;
  dict_object* application = nullptr;
  dict_object* vendor = nullptr;
  if (fd_dict_search(fd_g_config->cnf_dict, DICT_APPLICATION, APPLICATION_BY_ID, &cx, &application, ENOENT) != 0)
    return EINVAL;
  if (fd_dict_search(fd_g_config->cnf_dict, DICT_VENDOR, VENDOR_BY_ID, &tgpp, &vendor, ENOENT) != 0) return EINVAL;
  disp_when when{};
  when.app = application;
  if (fd_disp_register(answer, DISP_HOW_APPID, &when, nullptr, &handler) != 0) return EINVAL;
  return fd_disp_app_support(application, vendor, 1, 0);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {
EXTENSION_ENTRY("bare", entry, "dict_vouchsafe")

void fd_ext_fini(void) {
  if (handler != nullptr) (void)fd_disp_unregister(&handler, nullptr);
}
}
#pragma GCC visibility pop
