#include "telemetry/decision_log.hpp"

#include <fmt/format.h>

namespace vouchsafe::telemetry {
namespace {

void write(ports::Log& log, ports::Message message, const ports::DecisionRecord& record, Reason reason) {
  const Question& q = record.question;
  const std::string_view authorizer =
      q.vouching != nullptr ? std::string_view(q.vouching->authorizer.text()) : "nobody";
  const std::string uncovered =
      record.decision.uncovered.empty() ? std::string{} : " (not covered: " + record.decision.uncovered + ")";
  log.write(message, {record.command, record.speaker.host, record.speaker.peer, q.impi->text(), q.impu->text(),
                      authorizer, name_of(reason), uncovered});
}

}  // namespace

void DecisionLog::decided(const ports::DecisionRecord& record) noexcept {
  const Decision& d = record.decision;
  enforced_.at(static_cast<std::size_t>(d.reason)).fetch_add(1, std::memory_order_relaxed);
  if (d.monitored) monitored_.at(static_cast<std::size_t>(*d.monitored)).fetch_add(1, std::memory_order_relaxed);
  if (!d.allowed()) write(log_, ports::Message::refused, record, d.reason);
  if (d.allowed() && d.monitored) write(log_, ports::Message::would_refuse, record, *d.monitored);
  if (d.allowed() && !d.monitored && record.question.vouching != nullptr && record.command == "SAR")
    write(log_, ports::Message::accepted, record, d.reason);
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
