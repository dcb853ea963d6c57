#pragma once

#include "domain/subscription.hpp"

#include <string>
#include <string_view>

namespace vouchsafe::store {

/// A subscription's profile and state as the JSON text of their columns. Identities in it are in normal form already;
/// members that hold their default are left out.
std::string to_document(const Profile& profile);
std::string to_document(const State& state);  ///< empty for a state that records nothing

/// \return unavailable for text that this project did not write: a damaged row must not look like an unknown user
Result<Profile> profile_from_document(std::string_view text);
Result<State> state_from_document(std::string_view text);

}  // namespace vouchsafe::store
