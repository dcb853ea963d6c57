#include "diameter/addressee.hpp"

#include "diameter/guarded.hpp"
#include "diameter/raw_request.hpp"
#include "diameter/read.hpp"

#include <string_view>

namespace vouchsafe::diameter {
namespace {

constexpr int priority = 20;  ///< scores are summed: the order does not matter

bool is_ours(msg* message) {
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) return false;
  return header->msg_code == 304 || header->msg_code == 305 || header->msg_code == 309;
}

int on_routing(void* self, msg** message, fd_list* candidates) noexcept {
  const auto& addressee = *static_cast<Addressee*>(self);
  guarded("routing", addressee.log(), nullptr, nullptr, [&] {
    if (!is_ours(*message)) return;
    const std::string_view host = base_text(*message, code_of(Avp::destination_host));
    if (host.empty()) return;
    for (fd_list* at = candidates->next; at != candidates; at = at->next) {
      auto* candidate = reinterpret_cast<rtd_candidate*>(at);  // the link is its first member
      const std::string_view peer(candidate->diamid, candidate->diamidlen);
      if (!addressee.policy()->may_speak_for(peer, host)) candidate->score += FD_SCORE_NO_DELIVERY - FD_SCORE_FINALDEST;
    }
  });
  return 0;
}

}  // namespace

void Addressee::start() { check("fd_rt_out_register", fd_rt_out_register(on_routing, this, priority, &handle_)); }

Addressee::~Addressee() {
  if (handle_ != nullptr) (void)fd_rt_out_unregister(handle_, nullptr);
}

}  // namespace vouchsafe::diameter
