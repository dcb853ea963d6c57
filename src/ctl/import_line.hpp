#pragma once

#include "crypto/key_ring.hpp"
#include "store/sql/provisioning.hpp"

#include <string_view>

namespace vouchsafe::ctl {

/// Reads one line of an import: a JSON object, one subscription. Secrets are sealed here and appear nowhere else.
/// \return malformed, with the member and what would be right, for an unknown member, a wrong type, an identity that
/// breaks its grammar, or a profile that check() refuses; unavailable when a secret cannot be sealed
Result<store::NewSubscription> parse_import_line(std::string_view line, const crypto::KeyRing& keys);

}  // namespace vouchsafe::ctl
