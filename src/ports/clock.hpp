#pragma once

#include "domain/time.hpp"

namespace vouchsafe::ports {

/// Time as a port, so that tests can pass it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
  /// Never goes back, whatever happens to the wall clock.
  [[nodiscard]] virtual std::chrono::milliseconds monotonic() const = 0;
};

}  // namespace vouchsafe::ports
