#include "diameter/addressee.hpp"

#include "diameter/guarded.hpp"
#include "diameter/read.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace vouchsafe::diameter {
namespace {

constexpr int last = -1000;  ///< the priority of what is asked after all others

bool is_ours(msg* message) {
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) return false;
  constexpr std::array own = {Command::registration_termination, Command::push_profile, Command::push_notification};
  return std::any_of(own.begin(), own.end(), [&](Command c) { return row_of(c).code == header->msg_code; });
}

/// Whether the core gives the message to one of them.
bool is_any_open(fd_list* candidates) {
  for (fd_list* at = candidates->next; at != candidates; at = at->next) {
    auto* candidate = reinterpret_cast<rtd_candidate*>(at);  // the link is its first member
    if (candidate->score < 0) continue;
    peer_hdr* peer = nullptr;
    check("fd_peer_getbyid", fd_peer_getbyid(candidate->diamid, candidate->diamidlen, 0, &peer));
    if (peer != nullptr && fd_peer_get_state(peer) == STATE_OPEN) return true;
  }
  return false;
}

/// As the core does it, without its queues. The callback takes the answer; what nobody waits for is freed.
void answer_unable_to_deliver(msg** request) {
  void (*answered)(void*, msg**) = nullptr;
  void* data = nullptr;
  check("fd_msg_anscb_get", fd_msg_anscb_get(*request, &answered, nullptr, &data));
  check("fd_msg_new_answer_from_req", fd_msg_new_answer_from_req(fd_g_config->cnf_dict, request, MSGFL_ANSW_ERROR));
  OwnedMessage answer(std::exchange(*request, nullptr));
  char code[] = "DIAMETER_UNABLE_TO_DELIVER";
  check("fd_msg_rescode_set", fd_msg_rescode_set(answer.get(), code, nullptr, nullptr, 1));
  msg* given = answer.release();
  if (answered != nullptr) answered(data, &given);
  if (given != nullptr) (void)fd_msg_free(given);
}

int on_routing(void* self, msg** message, fd_list* candidates) noexcept {
  static_cast<const Addressee*>(self)->deliver(message, candidates);
  return 0;
}

}  // namespace

void Addressee::route(msg* request, fd_list* candidates) const noexcept {
  guarded("routing", log_, nullptr, nullptr, [&] {
    if (!is_ours(request)) return;
    const std::string_view host = base_text(request, Avp::destination_host);
    if (host.empty()) return;
    const auto in_force = policy_();
    const Policy& policy = *in_force;
    for (fd_list* at = candidates->next; at != candidates; at = at->next) {
      auto* candidate = reinterpret_cast<rtd_candidate*>(at);  // the link is its first member
      const std::string_view peer(candidate->diamid, candidate->diamidlen);
      if (!policy.may_speak_for(peer, host)) candidate->score += FD_SCORE_NO_DELIVERY - FD_SCORE_FINALDEST;
    }
  });
}

void Addressee::deliver(msg** request, fd_list* candidates) const noexcept {
  route(*request, candidates);
  guarded("routing", log_, nullptr, nullptr, [&] {
    if (is_ours(*request) && source_of(*request).empty() && !is_any_open(candidates)) answer_unable_to_deliver(request);
  });
}

void Addressee::start() { check("fd_rt_out_register", fd_rt_out_register(on_routing, this, last, &handle_)); }

Addressee::~Addressee() {
  if (handle_ != nullptr) (void)fd_rt_out_unregister(handle_, nullptr);
}

}  // namespace vouchsafe::diameter
