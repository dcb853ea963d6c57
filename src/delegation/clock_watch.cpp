#include "delegation/clock_watch.hpp"

namespace vouchsafe::delegation {

std::chrono::milliseconds ClockWatch::offset(Moment at) {
  return std::chrono::milliseconds{at.wall.time_since_epoch()} - at.monotonic;
}

std::chrono::seconds ClockWatch::step(Moment at) {
  const auto now = offset(at);
  const auto moved = now - offset_;
  if (std::chrono::abs(moved) >= least) {
    offset_ = now;
    return std::chrono::round<std::chrono::seconds>(moved);
  }
  // What slewing adds up to must not look like a step in the end; a second more or less is the clock's own grain.
  if (std::chrono::abs(moved) > std::chrono::seconds{1})
    offset_ += moved > std::chrono::milliseconds{0} ? std::chrono::milliseconds{1} : std::chrono::milliseconds{-1};
  return std::chrono::seconds{0};
}

}  // namespace vouchsafe::delegation
