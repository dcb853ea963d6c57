#pragma once

#include "metrics/families.hpp"
#include "ports/answer_meter.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace vouchsafe::metrics {

/// Counts answers by command and result, and how long they took. An answer costs three additions to counters of its
/// command's own.
class Answers : public ports::AnswerMeter {
 public:
  void answered(std::uint32_t command, ResultCode result, std::chrono::nanoseconds took) noexcept override;
  void collect(Families& out) const;

 private:
  static constexpr std::size_t commands = 7;
  static constexpr std::size_t results =
#define RESULT(number, name, whose, meaning) 1 +
#include "dict/results.def"
#undef RESULT
      0;
  static constexpr std::size_t bounds = 16;

  struct alignas(64) Counters {
    std::array<std::atomic<std::uint64_t>, results + 1> by_result{};  ///< the last is of any other result
    std::array<std::atomic<std::uint64_t>, bounds + 1> by_time{};     ///< the last is of what took longer
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  std::array<Counters, commands> counters_{};
};

}  // namespace vouchsafe::metrics
