#include "metrics/decisions.hpp"

namespace vouchsafe::metrics {
namespace {

void count(std::array<std::atomic<std::uint64_t>, reason_rows.size()>& counters, Reason reason) noexcept {
  counters.at(static_cast<std::size_t>(reason)).fetch_add(1, std::memory_order_relaxed);
}

double value_of(const std::array<std::atomic<std::uint64_t>, reason_rows.size()>& counters, Reason reason) {
  return static_cast<double>(counters.at(static_cast<std::size_t>(reason)).load(std::memory_order_relaxed));
}

}  // namespace

void Decisions::add(const std::vector<std::string>& registered) {
  for (const auto& name : registered) {
    if (is_shared(name)) continue;
    if (table_.find(name) == nullptr && table_.add(name) == nullptr) return;
  }
}

bool Decisions::is_shared(std::string_view name) const noexcept {
  return name == none_.label || name == unknown_.label || name == other_.label;
}

AuthorizerCounts& Decisions::counts_of(std::string_view name) noexcept {
  if (name.empty()) return none_;
  if (is_shared(name)) return other_;  // two series of one name would end every scrape
  if (auto* counts = table_.find(name)) return *counts;
  try {
    if (!known_ || !known_(name)) return unknown_;
    auto* added = table_.add(name);
    return added != nullptr ? *added : other_;
  } catch (const std::exception&) {
    return other_;  // it is counted, whatever there is no memory for
  }
}

void Decisions::happened(const ports::Event& event, const ports::Occasion&) noexcept {
  const auto* decided = std::get_if<ports::Decided>(&event);
  if (decided == nullptr) return;
  AuthorizerCounts& counts = counts_of(decided->authorizer);
  count(counts.decided, decided->decision.reason);
  if (decided->decision.monitored) count(counts.monitored, *decided->decision.monitored);
}

template <class Each>
void Decisions::for_each(Each each) const {
  for (const auto* shared : {&none_, &unknown_, &other_}) each(*shared);
  table_.for_each(each);
}

void Decisions::collect(Families& out) const {
  auto decided = Family::counter("vouchsafe_decisions_total",
                                 "Decisions about vouchings and registrations, by authorizer and by the reason that "
                                 "was enforced, as in Delegation-Result.");
  auto monitored =
      Family::counter("vouchsafe_decisions_monitored_total",
                      "Of the decisions, those that a check which is only monitored would have refused, by "
                      "its reason.");
  for_each([&](const AuthorizerCounts& counts) {
    for (const auto& row : reason_rows) {
      const Labels labels = {{"authorizer", counts.label}, {"reason", std::string(row.name)}};
      decided.add(labels, value_of(counts.decided, row.reason));
      if (const double times = value_of(counts.monitored, row.reason); times > 0) monitored.add(labels, times);
    }
  });
  decided.to(out);
  monitored.to(out);
}

}  // namespace vouchsafe::metrics
