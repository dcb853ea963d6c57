#pragma once

#include "ports/clock.hpp"

namespace vouchsafe {

/// The machine's clocks.
class SystemClock : public ports::Clock {
 public:
  [[nodiscard]] Time now() const override;
  [[nodiscard]] std::chrono::milliseconds monotonic() const override;
};

}  // namespace vouchsafe
