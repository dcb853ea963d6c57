#pragma once

#include "delegation/moment.hpp"

namespace vouchsafe::delegation {

/// Notices when the time of day is set: when it does not go as the monotonic clock goes. A clock that is slewed (at
/// most 500 ppm) is never noticed.
class ClockWatch {
 public:
  explicit ClockWatch(Moment start) : offset_(offset(start)) {}
  /// \return by how much the clock was set since the last call; 0: it was not
  std::chrono::seconds step(Moment at);

 private:
  [[nodiscard]] static std::chrono::milliseconds offset(Moment at);
  static constexpr std::chrono::seconds least{3};
  std::chrono::milliseconds offset_;
};

}  // namespace vouchsafe::delegation
