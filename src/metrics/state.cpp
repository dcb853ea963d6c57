#include "metrics/state.hpp"

namespace vouchsafe::metrics {
namespace {

void collect_outbox(const State::Outbox& outbox, Families& out) {
  Family::gauge("vouchsafe_outbox_entries",
                "Messages (RTR, PPR, PNR) and reviews in the outbox: new ones, those whose first try failed, and those "
                "that were given up.")
      .add({{"state", "new"}}, static_cast<double>(outbox.fresh))
      .add({{"state", "retried"}}, static_cast<double>(outbox.retried))
      .add({{"state", "given_up"}}, static_cast<double>(outbox.given_up))
      .to(out);
  Family::gauge("vouchsafe_outbox_oldest_age_seconds",
                "Age of the oldest entry of the outbox that is still owed, in seconds; 0: nothing is owed.")
      .add({}, static_cast<double>(outbox.oldest.count()))
      .to(out);
}

}  // namespace

void collect(const State& state, Families& out) {
  if (state.outbox) collect_outbox(*state.outbox, out);
  Family::gauge("vouchsafe_store_up", "Whether the database can be read, and written: 1 or 0.")
      .add({{"access", "read"}}, state.reads ? 1 : 0)
      .add({{"access", "write"}}, state.writes ? 1 : 0)
      .to(out);
  Family::gauge("vouchsafe_committer_queue_length", "Requests that wait to be committed.")
      .add({}, static_cast<double>(state.waiting))
      .to(out);
  Family::gauge("vouchsafe_committer_queue_limit", "Requests that may wait to be committed: database.queue.")
      .add({}, static_cast<double>(state.most_waiting))
      .to(out);
  Family::gauge("vouchsafe_peers_connected", "Diameter peers that are connected.")
      .add({}, static_cast<double>(state.peers))
      .to(out);
  auto found =
      Family::counter("vouchsafe_guard_refusals_total", "Messages that the guard kept from freeDiameter, by its rule.");
  for (const auto& [rule, times] : state.found) found.add({{"rule", std::string(rule)}}, static_cast<double>(times));
  found.to(out);
  Family::counter("vouchsafe_audit_dropped_records_total", "Records that the audit log does not hold.")
      .add({}, static_cast<double>(state.audit_dropped))
      .to(out);
}

}  // namespace vouchsafe::metrics
