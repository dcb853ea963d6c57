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

/// Compares a host with a pattern: equal without regard to case, or "*.rest" for any host below rest, or "prefix*".
bool host_matches(std::string_view pattern, std::string_view host);

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view octets);
/// \return false, with `octets` untouched, when the text is not an even number of hexadecimal digits
bool from_hex(std::string_view text, std::string& octets);

}  // namespace vouchsafe
