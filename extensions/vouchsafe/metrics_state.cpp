#include "diameter/peers.hpp"
#include "hss.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

std::optional<metrics::State::Outbox> state_of(const store::SqlOutbox& outbox, Time now) {
  const auto depth = outbox.depth();
  if (!depth) return std::nullopt;
  metrics::State::Outbox out;
  out.fresh = static_cast<std::uint64_t>(depth->fresh);
  out.retried = static_cast<std::uint64_t>(depth->retried);
  out.given_up = static_cast<std::uint64_t>(depth->given_up);
  if (depth->oldest) out.oldest = std::max(now - *depth->oldest, std::chrono::seconds{0});
  return out;
}

}  // namespace

metrics::State Hss::state() const {
  using Part = store::Health::Part;
  const store::Health& health = given_.storage->health;
  metrics::State out;
  out.outbox = state_of(outbox_, clock_.now());
  out.reads = health.ok(Part::reads);
  out.writes = health.ok(Part::writes);
  out.waiting = committer_.waiting();
  out.most_waiting = given_.config.database.queue;
  out.peers = diameter::connected_peers();
  for (const auto& row : hardening::rule_rows) out.found.emplace_back(row.key, guard_.times(row.rule));
  if (given_.telemetry->audit) out.audit_dropped = given_.telemetry->audit->dropped();
  if (const auto registry = given_.storage->database.registry().get()) {
    for (const auto& [name, authorizer] : registry->authorizers.by_name()) out.authorizers.push_back(name);
  }
  return out;
}

}  // namespace vouchsafe
