#include "domain/user_state.hpp"

#include <algorithm>

namespace vouchsafe {

ImsUserState user_state(const State& state, const PublicIdentity& identity, Time now) {
  if (state.registered(identity.irs)) return ImsUserState::registered;
  if (state.registered_unregistered_services(identity.irs)) return ImsUserState::registered_unreg_services;
  const bool pending = std::any_of(state.authentications.begin(), state.authentications.end(), [&](const auto& a) {
    return std::any_of(a.challenges.begin(), a.challenges.end(),
                       [&](const auto& c) { return c.impu == identity.impu && now < c.until; });
  });
  return pending ? ImsUserState::authentication_pending : ImsUserState::not_registered;
}

}  // namespace vouchsafe
