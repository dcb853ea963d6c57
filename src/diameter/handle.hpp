#pragma once

#include "core/handle.hpp"

namespace vouchsafe::diameter {

using core::check;
using core::FdError;
using core::OwnedAvp;
using core::OwnedMessage;

/// Gives the AVP to its parent, which frees it from then on.
inline void append(msg_or_avp* parent, OwnedAvp child) {
  check("fd_msg_avp_add", fd_msg_avp_add(parent, MSG_BRW_LAST_CHILD, child.get()));
  (void)child.release();
}

}  // namespace vouchsafe::diameter
