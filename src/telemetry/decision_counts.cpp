#include "telemetry/decision_counts.hpp"

#include <fmt/format.h>

namespace vouchsafe::telemetry {

void DecisionCounts::happened(const ports::Event& event, const ports::Occasion&) noexcept {
  const auto* decided = std::get_if<ports::Decided>(&event);
  if (decided == nullptr) return;
  const Decision& decision = decided->decision;
  enforced_.at(static_cast<std::size_t>(decision.reason)).fetch_add(1, std::memory_order_relaxed);
  if (decision.monitored)
    monitored_.at(static_cast<std::size_t>(*decision.monitored)).fetch_add(1, std::memory_order_relaxed);
}

std::string DecisionCounts::summary() const {
  std::string out;
  for (const auto& row : reason_rows) {
    const auto e = enforced(row.reason);
    const auto m = monitored(row.reason);
    if (e == 0 && m == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", row.name, e);
    if (m != 0) out += fmt::format(" (monitored {})", m);
  }
  return out.empty() ? "none" : out;
}

}  // namespace vouchsafe::telemetry
