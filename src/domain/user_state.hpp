#pragma once

#include "domain/subscription.hpp"

#include <cstdint>

namespace vouchsafe {

/// IMSUserState (TS 29.328, 7.6.2 and annex D).
enum class ImsUserState : std::uint8_t {
  not_registered = 0,
  registered = 1,
  registered_unreg_services = 2,
  authentication_pending = 3,
};

ImsUserState user_state(const State& state, const PublicIdentity& identity, Time now);

}  // namespace vouchsafe
