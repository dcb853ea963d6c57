#pragma once

#include "ports/events.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace vouchsafe::telemetry {

/// Counts decisions by reason.
class DecisionCounts : public ports::EventSink {
 public:
  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override;
  [[nodiscard]] std::uint64_t enforced(Reason reason) const {
    return enforced_.at(static_cast<std::size_t>(reason)).load();
  }
  [[nodiscard]] std::uint64_t monitored(Reason reason) const {
    return monitored_.at(static_cast<std::size_t>(reason)).load();
  }
  /// \return "AUTHORIZED 3, NOT_GRANTED 1 (monitored 2)" and so on, without what never happened
  [[nodiscard]] std::string summary() const;

 private:
  std::array<std::atomic<std::uint64_t>, reason_rows.size()> enforced_{};
  std::array<std::atomic<std::uint64_t>, reason_rows.size()> monitored_{};
};

}  // namespace vouchsafe::telemetry
