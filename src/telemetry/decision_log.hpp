#pragma once

#include "ports/decisions.hpp"
#include "ports/log.hpp"

#include <array>
#include <atomic>
#include <string>

namespace vouchsafe::telemetry {

/// Counts decisions by reason, and logs refusals and what a monitored check would have refused.
class DecisionLog : public ports::DecisionSink {
 public:
  explicit DecisionLog(ports::Log& log) : log_(log) {}
  void decided(const ports::DecisionRecord& record) noexcept override;
  [[nodiscard]] std::uint64_t enforced(Reason reason) const {
    return enforced_.at(static_cast<std::size_t>(reason)).load();
  }
  [[nodiscard]] std::uint64_t monitored(Reason reason) const {
    return monitored_.at(static_cast<std::size_t>(reason)).load();
  }
  /// \return "AUTHORIZED 3, NOT_GRANTED 1 (monitored 2)" and so on, without what never happened
  [[nodiscard]] std::string summary() const;

 private:
  ports::Log& log_;
  std::array<std::atomic<std::uint64_t>, reason_rows.size()> enforced_{};
  std::array<std::atomic<std::uint64_t>, reason_rows.size()> monitored_{};
};

}  // namespace vouchsafe::telemetry
