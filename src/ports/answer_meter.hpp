#pragma once

#include "domain/result_code.hpp"

#include <chrono>
#include <cstdint>

namespace vouchsafe::ports {

/// Hears of every request that was answered. Safe from many threads at once; waits for nothing.
class AnswerMeter {
 public:
  virtual ~AnswerMeter() = default;
  /// \param command its code: 300 for a UAR \param took by the monotonic clock, from the moment that the HSS was given
  /// the request until it handed the answer over
  virtual void answered(std::uint32_t command, ResultCode result, std::chrono::nanoseconds took) noexcept = 0;
};

}  // namespace vouchsafe::ports
