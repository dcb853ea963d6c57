#include "telemetry/decision_log.hpp"

#include <fmt/format.h>

namespace vouchsafe::telemetry {
namespace {

template <class Message>
void write(ports::Log& log, const ports::Decided& event, const ports::Occasion& occasion, Reason reason) {
  const std::string_view authorizer = event.authorizer.empty() ? "nobody" : std::string_view(event.authorizer);
  const std::string uncovered =
      event.decision.uncovered.empty() ? std::string{} : " (not covered: " + event.decision.uncovered + ")";
  log.write(Message{.command = occasion.command,
                    .client = occasion.client,
                    .peer = occasion.peer,
                    .impi = event.impi,
                    .impu = event.impu,
                    .authorizer = authorizer,
                    .reason = name_of(reason),
                    .uncovered = uncovered});
}

}  // namespace

void DecisionLog::happened(const ports::Event& event, const ports::Occasion& occasion) noexcept {
  if (const auto* one = std::get_if<ports::Decided>(&event)) decided(*one, occasion);
}

void DecisionLog::decided(const ports::Decided& event, const ports::Occasion& occasion) noexcept {
  const Decision& d = event.decision;
  enforced_.at(static_cast<std::size_t>(d.reason)).fetch_add(1, std::memory_order_relaxed);
  if (d.monitored) monitored_.at(static_cast<std::size_t>(*d.monitored)).fetch_add(1, std::memory_order_relaxed);
  if (!d.allowed()) write<ports::message::refused>(log_, event, occasion, d.reason);
  if (d.allowed() && d.monitored) write<ports::message::would_refuse>(log_, event, occasion, *d.monitored);
  if (d.allowed() && !d.monitored && !event.authorizer.empty() && occasion.command == "SAR")
    write<ports::message::accepted>(log_, event, occasion, d.reason);
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
