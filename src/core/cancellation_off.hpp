#pragma once

#include <pthread.h>

namespace vouchsafe::core {

/// No thread cancellation in its scope. freeDiameter cancels receiving threads, and at shutdown a handler after one
/// second; glibc's unwinding must not meet a catch (...).
class CancellationOff {
 public:
  CancellationOff() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~CancellationOff() { pthread_setcancelstate(before_, nullptr); }
  CancellationOff(const CancellationOff&) = delete;
  CancellationOff& operator=(const CancellationOff&) = delete;

 private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

}  // namespace vouchsafe::core
