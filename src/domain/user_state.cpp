#include "domain/user_state.hpp"

namespace vouchsafe {

ImsUserState user_state(const State& state, const PublicIdentity& identity, Time now) {
  if (state.registered(identity.irs)) return ImsUserState::registered;
  if (state.registered_unregistered_services(identity.irs)) return ImsUserState::registered_unreg_services;
  return state.challenged(identity.impu, now) ? ImsUserState::authentication_pending : ImsUserState::not_registered;
}

}  // namespace vouchsafe
