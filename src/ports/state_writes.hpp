#pragma once

#include "domain/user_state.hpp"
#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

#include <utility>

namespace vouchsafe::ports {

constexpr std::uint64_t watch_bit(DataReference reference) {
  return std::uint64_t{1} << static_cast<unsigned>(row_of(reference) - data_reference_rows.data());
}

/// A new state, and the notifications that it calls for where an AS watches the subscription.
inline Writes state_writes(const View& view, State state, Time now) {
  const Subscription& before = *view.subscription;
  Writes out;
  const auto changed = [&](DataReference reference, std::optional<Impu> impu) {
    out.emplace_back(DataChanged{before.id, reference, {}, std::move(impu), {}, now});
  };
  if ((view.watched & watch_bit(DataReference::ims_user_state)) != 0) {
    for (const auto& u : before.profile.impus) {
      if (user_state(before.state, u, now) != user_state(state, u, now)) changed(DataReference::ims_user_state, u.impu);
    }
  }
  const std::string old_name = before.state.scscf ? before.state.scscf->name : std::string{};
  const std::string new_name = state.scscf ? state.scscf->name : std::string{};
  if ((view.watched & watch_bit(DataReference::scscf_name)) != 0 && old_name != new_name)
    changed(DataReference::scscf_name, std::nullopt);
  // First what changed, then who hears of it: a PNR shows the state after.
  out.insert(out.begin(), StateChange{before.id, std::move(state), before.state.anything_vouched()});
  return out;
}

}  // namespace vouchsafe::ports
