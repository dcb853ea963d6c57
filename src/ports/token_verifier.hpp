#pragma once

#include "domain/token.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace vouchsafe::ports {

/// A token that was taken apart, and is not verified yet: nothing that it says is to be believed.
struct ParsedToken {
  TokenAlgorithm algorithm = TokenAlgorithm::es256;
  std::string kid;  ///< empty: the header names none
  TokenClaims claims;
  std::string_view signed_octets;  ///< lives as long as the token's text
  std::string signature;
  std::string fingerprint;  ///< a hash of the whole text
  std::string content;      ///< a hash of what is signed: the same for the same token with another signature
};

/// Reads signed tokens. Safe from many threads at once; opens no connection to anybody, whatever a token says.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  /// Takes a compact JWS (RFC 7515, 7.1) apart.
  /// \return what is wrong with its form: too long, no JSON, two members of one name, an algorithm that is not
  /// accepted, a header that asks to be trusted (jku, x5u, jwk, x5c) or to be understood (crit), a claim that is no
  /// such thing
  [[nodiscard]] virtual tl::expected<ParsedToken, TokenFault> parse(std::string_view token) const = 0;
  /// \return what is wrong with its signature; nothing: the key made it
  [[nodiscard]] virtual std::optional<TokenFault> verify(const ParsedToken& token, const TokenKey& key) const = 0;
};

}  // namespace vouchsafe::ports
