#include "domain/text.hpp"

#include <algorithm>
#include <cstdint>

namespace vouchsafe {
namespace {

struct Lead {
  std::size_t length;
  std::uint32_t bits;
  std::uint32_t least;
};

/// What a first octet announces; length 0 when it cannot be one.
Lead lead_of(unsigned char octet) {
  if (octet < 0x80) return {1, octet, 0};
  if (octet >= 0xC2 && octet < 0xE0) return {2, octet & 0x1FU, 0x80};
  if (octet >= 0xE0 && octet < 0xF0) return {3, octet & 0x0FU, 0x800};
  if (octet >= 0xF0 && octet < 0xF5) return {4, octet & 0x07U, 0x10000};
  return {0, 0, 0};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

constexpr std::string_view hex_digits = "0123456789abcdef";

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool is_utf8(std::string_view octets) {
  for (std::size_t at = 0; at < octets.size();) {
    const Lead lead = lead_of(static_cast<unsigned char>(octets[at]));
    if (lead.length == 0 || at + lead.length > octets.size()) return false;
    std::uint32_t code = lead.bits;
    for (std::size_t i = 1; i < lead.length; ++i) {
      const auto next = static_cast<unsigned char>(octets[at + i]);
      if ((next & 0xC0U) != 0x80U) return false;
      code = (code << 6U) | (next & 0x3FU);
    }
    if (code < lead.least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    at += lead.length;
  }
  return true;
}

bool is_text(std::string_view octets) {
  if (!is_utf8(octets)) return false;
  for (std::size_t at = 0; at < octets.size(); ++at) {
    const auto octet = static_cast<unsigned char>(octets[at]);
    if (octet < 0x20 || octet == 0x7F) return false;
    const bool c1 = octet == 0xC2 && static_cast<unsigned char>(octets[at + 1]) < 0xA0;
    if (c1) return false;
  }
  return true;
}

std::string escaped(std::string_view octets) {
  constexpr std::size_t longest = 128;
  std::string out;
  for (const char c : octets.substr(0, longest)) {
    if (c >= 0x20 && c < 0x7F && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += hex_digits[static_cast<unsigned char>(c) >> 4U];
      out += hex_digits[static_cast<unsigned char>(c) & 0x0FU];
    }
  }
  if (octets.size() > longest) out += "...";
  return out;
}

bool is_diameter_identity(std::string_view octets) {
  constexpr std::size_t longest = 255;
  if (octets.empty() || octets.size() > longest) return false;
  char before = '.';
  for (const char c : octets) {
    const char l = lower(c);
    const bool letter = (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l == '_';
    if (c == '.' ? before == '.' : !letter && c != '-') return false;
    before = c;
  }
  return before != '.';
}

std::string lowered(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool same_host(std::string_view a, std::string_view b) { return equal_without_case(a, b); }

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern.starts_with("*")) {
    const auto rest = pattern.substr(1);
    return host.size() > rest.size() && equal_without_case(rest, host.substr(host.size() - rest.size()));
  }
  if (pattern.ends_with("*")) {
    const auto start = pattern.substr(0, pattern.size() - 1);
    return host.size() >= start.size() && equal_without_case(start, host.substr(0, start.size()));
  }
  return equal_without_case(pattern, host);
}

std::string to_hex(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() * 2);
  for (const char c : octets) {
    out += hex_digits[static_cast<unsigned char>(c) >> 4U];
    out += hex_digits[static_cast<unsigned char>(c) & 0x0FU];
  }
  return out;
}

bool from_hex(std::string_view text, std::string& octets) {
  if (text.size() % 2 != 0) return false;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
  }
  octets = std::move(out);
  return true;
}

}  // namespace vouchsafe
