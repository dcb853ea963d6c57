#include "crypto/hardening.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace vouchsafe::crypto {

Result<void> harden(bool core_dumps) {
  ::umask(::umask(077) | 027);
  if (core_dumps || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) return {};
  return unavailable("core dumps cannot be switched off: " + std::generic_category().message(errno));
}

}  // namespace vouchsafe::crypto
