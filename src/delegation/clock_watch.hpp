#pragma once

#include "ports/clock.hpp"

namespace vouchsafe::delegation {

/// Notices when the time of day is set: when it does not go as the monotonic clock goes. A clock that is slewed (at
/// most 500 ppm) is never noticed.
class ClockWatch {
 public:
  explicit ClockWatch(const ports::Clock& clock) : clock_(clock), offset_(offset()) {}
  /// \return by how much the clock was set since the last call; 0: it was not
  std::chrono::seconds step();

 private:
  [[nodiscard]] std::chrono::milliseconds offset() const;
  static constexpr std::chrono::seconds least{3};
  const ports::Clock& clock_;
  std::chrono::milliseconds offset_;
};

}  // namespace vouchsafe::delegation
