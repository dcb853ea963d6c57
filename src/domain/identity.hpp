#pragma once

#include "domain/result.hpp"

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace vouchsafe {

/// An identity in normal form. Two that mean the same compare equal; one kind is never taken for the other.
template <class Tag>
class Identity {
 public:
  /// \return malformed, with the reason, for what the kind's grammar refuses; 1 to 255 octets of UTF-8 without controls
  static Result<Identity> parse(std::string_view text);
  /// For text that this process once parsed: what comes out of the store.
  static Identity trusted(std::string text) { return Identity{std::move(text)}; }

  [[nodiscard]] const std::string& text() const { return text_; }
  auto operator<=>(const Identity&) const = default;

 private:
  explicit Identity(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Private user identity, a NAI user@realm (TS 23.003, 13.3; RFC 7542). The realm's case does not matter.
using Impi = Identity<struct ImpiTag>;

/// Public user identity or public service identity, a SIP or tel URI in the canonical form of TS 29.228, 7.2: scheme
/// and host in lower case, no visual separators in a tel URI. May be a wildcarded identity as well, see wildcard.hpp.
using Impu = Identity<struct ImpuTag>;

template <>
Result<Impi> Impi::parse(std::string_view text);
template <>
Result<Impu> Impu::parse(std::string_view text);

}  // namespace vouchsafe
