#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe::crypto {

/// base64url without padding (RFC 7515, 2).
std::string to_base64url(std::string_view octets);

/// \return nothing for a character that is not of the alphabet, padding and blanks among them, for a length that no
/// octets have, and for bits at the end that no encoder writes: two texts never mean the same octets
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace vouchsafe::crypto
