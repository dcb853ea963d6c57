#pragma once

#include "domain/authorizers.hpp"
#include "domain/grant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vouchsafe {

/// Allowed-WAF-WWSF-Identities (TS 29.229, 6.3.64): who may vouch for a subscription now.
struct AllowedNames {
  std::vector<AuthorizerName> wafs;
  std::vector<AuthorizerName> wwsfs;
};

/// The names in grants that are in force, by authorizers that are active.
AllowedNames allowed_names(std::span<const RegisteredGrant> grants, const Authorizers& authorizers, Time now);

/// Tells one set of names from another, whatever their order. \return 0 for no names
std::uint64_t fingerprint(const AllowedNames& names);

/// \return when the next grant begins or ends, or the suspension of somebody who was granted one ends, after now
std::optional<Time> next_boundary(std::span<const RegisteredGrant> grants, const Authorizers& authorizers, Time now);

}  // namespace vouchsafe
