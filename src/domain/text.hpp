#pragma once

#include <string>
#include <string_view>

namespace vouchsafe {

/// \return whether the octets are well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF)
bool is_utf8(std::string_view octets);

/// \return whether the octets are UTF-8 without control characters (C0, DEL, C1)
bool is_text(std::string_view octets);

/// For a log or a terminal: printable ASCII as it is, anything else as \xNN, cut after 128 octets.
std::string escaped(std::string_view octets);

/// ASCII only, whatever the locale.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lowered(std::string_view text);

/// \return whether the octets are a DiameterIdentity (RFC 6733, 4.3.1): an FQDN or realm in ASCII, labels of letters,
/// digits, hyphens and underscores, at most 255 octets
bool is_diameter_identity(std::string_view octets);

/// \return whether two DiameterIdentities are the same, whatever their case. Neither is a pattern.
bool same_host(std::string_view a, std::string_view b);

/// Compares a host with a pattern: equal without regard to case, or "*.rest" for any host below rest. "prefix*" is
/// understood in rows of the AS permission list that an earlier release wrote.
bool host_matches(std::string_view pattern, std::string_view host);

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view octets);
/// \return false, with `octets` untouched, when the text is not an even number of hexadecimal digits
bool from_hex(std::string_view text, std::string& octets);

}  // namespace vouchsafe
