#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

#include <cstdint>

namespace vouchsafe::operations {

/// Writes another profile in the place of a subscription's, with other identities perhaps. Grants, SQNs, and the
/// registrations of identities that stay are left alone; those of identities that go end with an RTR. Its S-CSCF learns
/// what is new (TS 29.228, 6.2.2), and each AS that subscribed to it (TS 29.328, 6.1.4).
/// \param view of the subscription, with its grants
/// \param sealed_with the number of the key that sealed the secrets that are not there already; 0: the profile brings
/// none
ports::Writes replace_profile(const ports::View& view, const Profile& profile, std::uint32_t sealed_with, Time now);

}  // namespace vouchsafe::operations
