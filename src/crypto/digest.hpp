#pragma once

#include <string>
#include <string_view>

namespace vouchsafe::crypto {

/// \return SHA-256 of a text (FIPS 180-4), in 64 hexadecimal digits. Throws std::runtime_error.
std::string sha256(std::string_view text);

/// \return HMAC-SHA-256 (RFC 2104), in 64 hexadecimal digits. Throws std::runtime_error.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace vouchsafe::crypto
