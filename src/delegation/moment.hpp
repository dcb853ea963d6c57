#pragma once

#include "domain/time.hpp"
#include "ports/clock.hpp"

#include <chrono>

namespace vouchsafe::delegation {

/// An instant on both clocks.
struct Moment {
  Time wall;
  std::chrono::milliseconds monotonic;
};

inline Moment moment_of(const ports::Clock& clock) { return {clock.now(), clock.monotonic()}; }

}  // namespace vouchsafe::delegation
