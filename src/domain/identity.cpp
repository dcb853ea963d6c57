#include "domain/identity.hpp"

#include "domain/text.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

constexpr std::size_t longest = 255;

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

/// \return why the octets cannot be an identity of any kind; empty when they can
std::string common_fault(std::string_view text) {
  if (text.empty()) return "an identity must not be empty";
  if (text.size() > longest) return "an identity has at most 255 octets";
  if (!plain(text)) return "an identity has no blank or control character";
  if (!is_utf8(text)) return "an identity is UTF-8";
  return {};
}

void lower_from(std::string& text, std::size_t at) {
  std::transform(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                 text.begin() + static_cast<std::ptrdiff_t>(at), lower);
}

/// The host part runs to the first of ; ? or the end. An IPv6 reference in brackets keeps its colons.
void lower_host(std::string& text, std::size_t at) {
  const auto end = text.find_first_of(";?", at);
  const auto stop = end == std::string::npos ? text.size() : end;
  for (auto i = at; i < stop; ++i) text[i] = lower(text[i]);
}

Result<std::string> sip_uri(std::string_view text, std::size_t scheme_length) {
  std::string out{text};
  for (std::size_t i = 0; i < scheme_length; ++i) out[i] = lower(out[i]);
  // The last @: a wildcarded identity may hold one in its regular expression.
  const auto at = out.rfind('@');
  if (at != std::string::npos && at == scheme_length) return malformed("a SIP URI with an @ has a user before it");
  const auto host = at == std::string::npos ? scheme_length : at + 1;
  if (host >= out.size() || out[host] == ';' || out[host] == '?') return malformed("a SIP URI has a host");
  lower_host(out, host);
  return out;
}

Result<std::string> tel_uri(std::string_view text) {
  std::string out = "tel:";
  const auto number = text.substr(4);
  const auto end = number.find(';');
  const auto stop = end == std::string_view::npos ? number.size() : end;
  const bool wildcarded = number.find('!') != std::string_view::npos;
  if (wildcarded) return out.append(number);
  std::size_t digits = 0;
  for (std::size_t i = 0; i < stop; ++i) {
    const char c = number[i];
    if (c == '-' || c == '.' || c == '(' || c == ')') continue;  // RFC 3966, 3: visual separators carry no meaning
    const bool digit = (c >= '0' && c <= '9') || c == '*' || c == '#' || (lower(c) >= 'a' && lower(c) <= 'f');
    if (!digit && !(c == '+' && i == 0)) return malformed("a tel URI holds digits after an optional +");
    digits += digit ? 1 : 0;
    out += c;
  }
  if (digits == 0) return malformed("a tel URI holds a number");
  return out.append(number.substr(stop));
}

bool has_scheme(std::string_view text, std::string_view scheme) {
  return text.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

}  // namespace

template <>
Result<Impi> Impi::parse(std::string_view text) {
  if (auto fault = common_fault(text); !fault.empty()) return malformed(std::move(fault));
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.find('@') != at) {
    return malformed("a private identity is a NAI: user@realm");
  }
  std::string out{text};
  lower_from(out, at + 1);
  return Impi{std::move(out)};
}

template <>
Result<Impu> Impu::parse(std::string_view text) {
  if (auto fault = common_fault(text); !fault.empty()) return malformed(std::move(fault));
  Result<std::string> uri = malformed("a public identity is a sip:, sips: or tel: URI");
  if (has_scheme(text, "sip:")) uri = sip_uri(text, 4);
  if (has_scheme(text, "sips:")) uri = sip_uri(text, 5);
  if (has_scheme(text, "tel:")) uri = tel_uri(text);
  if (!uri) return tl::unexpected<Error>(uri.error());
  return Impu{std::move(*uri)};
}

}  // namespace vouchsafe
