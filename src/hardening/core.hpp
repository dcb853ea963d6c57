#pragma once

#include <pthread.h>

// freeDiameter's headers are C, and not clean under every warning that this project asks for.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wgnu-conditional-omitted-operand"
#endif
extern "C" {
#include <freeDiameter/extension.h>
}
#pragma GCC diagnostic pop

#include <stdexcept>
#include <string>

namespace vouchsafe::hardening {

/// No thread cancellation in its scope: freeDiameter cancels its receiving threads, and glibc's unwinding must not meet
/// a catch (...).
class NoCancellation {
 public:
  NoCancellation() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~NoCancellation() { pthread_setcancelstate(before_, nullptr); }
  NoCancellation(const NoCancellation&) = delete;
  NoCancellation& operator=(const NoCancellation&) = delete;

 private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

/// Throws where a call of freeDiameter's failed.
inline void need(const char* call, int rc) {
  if (rc != 0) throw std::runtime_error(std::string(call) + ": error " + std::to_string(rc));
}

}  // namespace vouchsafe::hardening
