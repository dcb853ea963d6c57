#include "telemetry/decision_log.hpp"

#include <fmt/format.h>

namespace vouchsafe::telemetry {
namespace {

void write(ports::Log& log, ports::Message message, const ports::Decided& event, const ports::Occasion& occasion,
           Reason reason) {
  const std::string_view authorizer = event.authorizer.empty() ? "nobody" : std::string_view(event.authorizer);
  const std::string uncovered =
      event.decision.uncovered.empty() ? std::string{} : " (not covered: " + event.decision.uncovered + ")";
  log.write(message, {occasion.command, occasion.client, occasion.peer, event.impi, event.impu, authorizer,
                      name_of(reason), uncovered});
}

}  // namespace

void DecisionLog::happened(const ports::Event& event, const ports::Occasion& occasion) noexcept {
  if (const auto* one = std::get_if<ports::Decided>(&event)) decided(*one, occasion);
}

void DecisionLog::decided(const ports::Decided& event, const ports::Occasion& occasion) noexcept {
  const Decision& d = event.decision;
  enforced_.at(static_cast<std::size_t>(d.reason)).fetch_add(1, std::memory_order_relaxed);
  if (d.monitored) monitored_.at(static_cast<std::size_t>(*d.monitored)).fetch_add(1, std::memory_order_relaxed);
  if (!d.allowed()) write(log_, ports::Message::refused, event, occasion, d.reason);
  if (d.allowed() && d.monitored) write(log_, ports::Message::would_refuse, event, occasion, *d.monitored);
  if (d.allowed() && !d.monitored && !event.authorizer.empty() && occasion.command == "SAR")
    write(log_, ports::Message::accepted, event, occasion, d.reason);
}

std::string DecisionLog::summary() const {
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
