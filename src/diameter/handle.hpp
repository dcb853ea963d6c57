#pragma once

#include "diameter/freediameter.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace vouchsafe::diameter {

/// A call of freeDiameter's failed. Caught in guarded() or at the public functions of this layer.
class FdError : public std::runtime_error {
 public:
  FdError(const char* call, int rc) : std::runtime_error(std::string(call) + ": error " + std::to_string(rc)) {}
};

/// The one place where a return code becomes an exception.
inline void check(const char* call, int rc) {
  if (rc != 0) throw FdError(call, rc);
}

struct FreeObject {
  void operator()(msg* m) const noexcept { (void)fd_msg_free(m); }
  void operator()(avp* a) const noexcept { (void)fd_msg_free(a); }
};
using OwnedMessage = std::unique_ptr<msg, FreeObject>;
using OwnedAvp = std::unique_ptr<avp, FreeObject>;

/// Gives the AVP to its parent, which frees it from then on.
inline void append(msg_or_avp* parent, OwnedAvp child) {
  check("fd_msg_avp_add", fd_msg_avp_add(parent, MSG_BRW_LAST_CHILD, child.get()));
  (void)child.release();
}

}  // namespace vouchsafe::diameter
