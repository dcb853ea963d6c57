#include "metrics/occurrences.hpp"

namespace vouchsafe::metrics {
namespace {

double value_of(const std::atomic<std::uint64_t>& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

constexpr std::array<const char*, 3> settled_names = {"acknowledged", "not_sent", "given_up"};

}  // namespace

void Occurrences::happened(const ports::Event& event, const ports::Occasion&) noexcept {
  const auto count = [](Counter& counter) { counter.fetch_add(1, std::memory_order_relaxed); };
  if (std::holds_alternative<ports::PeerConnected>(event)) return count(connected_);
  if (std::holds_alternative<ports::PeerRefused>(event)) return count(refused_);
  if (std::holds_alternative<ports::PeerLost>(event)) return count(lost_);
  if (std::holds_alternative<ports::MessageLost>(event)) return count(messages_lost_);
  if (std::holds_alternative<ports::ConfigurationRefused>(event)) return count(configurations_refused_);
  if (const auto* settled = std::get_if<ports::OutboxSettled>(&event))
    count(settled_.at(static_cast<std::size_t>(settled->how)));
}

void Occurrences::collect(Families& out) const {
  Family::counter(
      "vouchsafe_peer_events_total",
      "What happened to connections: a peer connected, was refused, or its connection broke. One that takes "
      "its leave is not counted.")
      .add({{"event", "connected"}}, value_of(connected_))
      .add({{"event", "refused"}}, value_of(refused_))
      .add({{"event", "lost"}}, value_of(lost_))
      .to(out);
  Family::counter("vouchsafe_messages_lost_total", "Messages that could not be parsed, routed or sent.")
      .add({}, value_of(messages_lost_))
      .to(out);
  Family::counter("vouchsafe_configurations_refused_total", "Reloads that were refused for a mistake in the file.")
      .add({}, value_of(configurations_refused_))
      .to(out);
  auto settled = Family::counter("vouchsafe_outbox_settled_total",
                                 "RTR, PPR and PNR that are owed no longer: acknowledged, overtaken before they were "
                                 "sent, or given up.");
  for (std::size_t how = 0; how < settled_names.size(); ++how)
    settled.add({{"how", settled_names.at(how)}}, value_of(settled_.at(how)));
  settled.to(out);
}

}  // namespace vouchsafe::metrics
