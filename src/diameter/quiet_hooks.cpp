#include "diameter/quiet_hooks.hpp"

#include "diameter/handle.hpp"

namespace vouchsafe::diameter {
namespace {

/// A hook with a callback has no default behaviour, and that is all that is wanted of this one.
void nothing(enum fd_hook_type, msg*, peer_hdr*, void*, fd_hook_permsgdata*, void*) noexcept {}

}  // namespace

void QuietHooks::start() {
  if (fd_g_debug_lvl <= FD_LOG_DEBUG) return;
  check("fd_hook_register",
        fd_hook_register(HOOK_MASK(HOOK_MESSAGE_RECEIVED, HOOK_MESSAGE_LOCAL, HOOK_MESSAGE_SENDING, HOOK_MESSAGE_SENT,
                                   HOOK_MESSAGE_ROUTING_FORWARD, HOOK_MESSAGE_ROUTING_LOCAL),
                         nothing, nullptr, nullptr, &hook_));
}

QuietHooks::~QuietHooks() {
  if (hook_ != nullptr) (void)fd_hook_unregister(hook_);
}

}  // namespace vouchsafe::diameter
