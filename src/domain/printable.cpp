#include "domain/printable.hpp"

#include "domain/text.hpp"

#include <cstdint>

namespace vouchsafe {
namespace {

/// \return how many octets make the character at the start; 0 when it is no UTF-8
std::size_t length_of(std::string_view octets) {
  const auto lead = static_cast<unsigned char>(octets.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return octets.size() >= length && is_utf8(octets.substr(0, length)) ? length : 0;
}

/// \param character well-formed
std::uint32_t code_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  std::uint32_t code = lead & (0x7FU >> character.size());
  for (const char next : character.substr(1)) code = (code << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
  return code;
}

/// Controls (C0, DEL, C1), line and paragraph separators, and the marks and overrides of direction.
bool steers(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void append_hex(std::string& out, std::string_view octets) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    out += "\\x";
    out += to_hex(octets.substr(i, 1));
  }
}

}  // namespace

std::string printable(std::string_view octets) {
  std::string out;
  out.reserve(octets.size());
  while (!octets.empty()) {
    const std::size_t length = length_of(octets);
    const std::string_view character = octets.substr(0, length == 0 ? 1 : length);
    if (length != 0 && !steers(code_of(character))) {
      out += character;
    } else {
      append_hex(out, character);
    }
    octets.remove_prefix(character.size());
  }
  return out;
}

}  // namespace vouchsafe
