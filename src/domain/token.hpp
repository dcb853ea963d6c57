#pragma once

#include "domain/authorizer.hpp"
#include "domain/evidence.hpp"
#include "domain/identity.hpp"
#include "domain/token_rules.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vouchsafe {

/// What a token says (RFC 7519, 4), after its signature was verified.
struct TokenClaims {
  std::string type;                   ///< the header's `typ`, in lower case and without "application/"; empty: none
  std::string issuer;                 ///< `iss`
  std::vector<std::string> audience;  ///< `aud`
  std::optional<Time> expires;        ///< `exp`
  std::optional<Time> not_before;     ///< `nbf`
  std::optional<Time> issued;         ///< `iat`
  std::string jti;
  /// Every claim that is a text, or a list of texts, by its name.
  std::vector<std::pair<std::string, std::vector<std::string>>> texts;
  /// \return nullptr where there is none, or it is no text
  [[nodiscard]] const std::vector<std::string>* find(std::string_view name) const;
};

/// What the operator asks of every token.
struct TokenPolicy {
  std::vector<std::string> audiences;             ///< one of them must be the token's; none: no token is accepted
  std::chrono::seconds skew{30};                  ///< how far an authorizer's clock may be off
  std::chrono::seconds longest_lifetime{86'400};  ///< from `iat`, and from now, to `exp`
  std::uint32_t verifications = 1000;             ///< signatures verified for one client in a second
  bool operator==(const TokenPolicy&) const = default;
};

/// What a token is compared with.
struct TokenExpectation {
  const TokenRules& rules;
  const TokenPolicy& policy;
  const AuthorizerName& authorizer;
  const AuthorizerName* wwsf;  ///< nullptr: the vouching names none
  const Impi& impi;
  const Impu& impu;
  Time now;
};

/// One look at the claims. The first that finds a fault decides.
struct ClaimCheck {
  std::string_view name;  ///< for people: what is looked at
  std::optional<TokenFault> (*look)(const TokenClaims& claims, const TokenExpectation& expected);
};
/// In their order: what the token is, whether it is in time, and whom it is about.
std::span<const ClaimCheck> claim_checks();

/// \return what the first check that fails says; nothing: the token is good for this vouching
std::vector<TokenFault> faults_of(const TokenClaims& claims, const TokenExpectation& expected);

/// \return the one of the keys that the header means; nullptr: none that signs now. Without a `kid`, the only active
/// one \param kid the header's; empty: it has none
const TokenKey* signing_key(const TokenRules& rules, std::string_view kid);

/// \return whether a token that was verified still is in time, by the policy's skew
inline bool in_time(const VerifiedToken& token, const TokenPolicy& policy, Time now) {
  return now < token.until + policy.skew;
}

}  // namespace vouchsafe
