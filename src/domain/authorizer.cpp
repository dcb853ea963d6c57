#include "domain/authorizer.hpp"

#include "domain/text.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>

namespace vouchsafe {
namespace {

constexpr std::size_t longest = 255;
constexpr std::size_t longest_label = 63;

bool host_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

/// Letters, digits, hyphens and underscores in labels of 1 to 63 octets, none of which starts or ends with a hyphen.
bool is_host(std::string_view text) {
  std::size_t start = 0;
  while (true) {
    const auto dot = text.find('.', start);
    const auto label = text.substr(start, dot == std::string_view::npos ? dot : dot - start);
    if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), host_character)) return false;
    if (dot == std::string_view::npos) return true;
    start = dot + 1;
  }
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Only a name that is not ASCII needs the library, so the usual one costs no call.
Result<std::string> to_ascii(std::string_view host) {
  char* raw = nullptr;
  const int rc = idn2_to_ascii_8z(std::string(host).c_str(), &raw, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, decltype(&idn2_free)> owned(raw, &idn2_free);
  if (rc != IDN2_OK) return malformed(std::string("not an internationalized host name: ") + idn2_strerror(rc));
  return std::string(owned.get());
}

Result<std::string> normal_host(std::string_view text) {
  std::string host{text};
  if (!is_ascii(host)) {
    auto ascii = to_ascii(host);
    if (!ascii) return ascii;
    host = std::move(*ascii);
  }
  host = lowered(host);
  if (host.ends_with('.')) host.pop_back();
  if (host.size() > longest || !is_host(host)) return malformed("a name is a host name or a URI with one");
  return host;
}

}  // namespace

Result<AuthorizerName> AuthorizerName::parse(std::string_view text) {
  if (text.empty()) return malformed("a name must not be empty");
  if (text.size() > longest) return malformed("a name has at most 255 octets");
  const bool clean =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
  if (!clean || !is_utf8(text)) return malformed("a name is UTF-8 without blanks or control characters");

  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    auto host = normal_host(text);
    if (!host) return tl::unexpected<Error>(host.error());
    return AuthorizerName{std::move(*host)};
  }
  const auto authority = scheme_end + 3;
  const auto authority_end = std::min(text.find_first_of("/?#", authority), text.size());
  const auto colon = std::min(text.find(':', authority), authority_end);
  auto host = normal_host(text.substr(authority, colon - authority));
  if (!host) return tl::unexpected<Error>(host.error());
  std::string uri = lowered(text.substr(0, authority)) + *host;
  uri.append(text.substr(colon, authority_end - colon));
  const auto path = text.substr(authority_end);
  if (path != "/") uri.append(path);
  return AuthorizerName{std::move(uri)};
}

const Suspension* Authorizer::suspension(Time now) const {
  for (const auto& s : suspensions) {
    if (s.scope.is_all() && s.in_force(now)) return &s;
  }
  return nullptr;
}

const Suspension* Authorizer::suspension(const AuthorizerName* wwsf, std::string_view client, Time now) const {
  for (const auto& s : suspensions) {
    const bool through = s.scope.wwsf.empty() || wwsf == nullptr || wwsf->text() == s.scope.wwsf;
    if (s.in_force(now) && through && (s.scope.client.empty() || same_host(s.scope.client, client))) return &s;
  }
  return nullptr;
}

}  // namespace vouchsafe
