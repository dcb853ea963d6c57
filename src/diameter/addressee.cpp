#include "diameter/addressee.hpp"

#include "diameter/guarded.hpp"
#include "diameter/read.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vouchsafe::diameter {
namespace {

constexpr int priority = 20;  ///< scores are summed: the order does not matter

bool is_ours(msg* message) {
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) return false;
  constexpr std::array own = {Command::registration_termination, Command::push_profile, Command::push_notification};
  return std::any_of(own.begin(), own.end(), [&](Command c) { return row_of(c).code == header->msg_code; });
}

int on_routing(void* self, msg** message, fd_list* candidates) noexcept {
  static_cast<const Addressee*>(self)->route(*message, candidates);
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

void Addressee::start() { check("fd_rt_out_register", fd_rt_out_register(on_routing, this, priority, &handle_)); }

Addressee::~Addressee() {
  if (handle_ != nullptr) (void)fd_rt_out_unregister(handle_, nullptr);
}

}  // namespace vouchsafe::diameter
