#pragma once

#include "core/freediameter.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace vouchsafe::core {

/// A call of freeDiameter's failed. Caught at the boundary to C, and at the public functions of the layers that call.
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

}  // namespace vouchsafe::core
