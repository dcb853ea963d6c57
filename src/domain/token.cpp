#include "domain/token.hpp"

#include <algorithm>
#include <array>

namespace vouchsafe {
namespace {

using Found = std::optional<TokenFault>;

TokenFault invalid(std::string detail) { return {Reason::token_invalid, std::move(detail)}; }
TokenFault mismatch(std::string detail) { return {Reason::token_mismatch, std::move(detail)}; }

/// RFC 8725, 3.11 and 3.12: a token of another type is for something else. RFC 9068, 2.1: an access token says so.
Found look_at_type(const TokenClaims& claims, const TokenExpectation& expected) {
  if (claims.type == "at+jwt") return std::nullopt;
  if (expected.rules.access_token) return invalid("typ is not at+jwt");
  if (claims.type.empty() || claims.type == "jwt") return std::nullopt;
  return invalid("typ is neither JWT nor at+jwt");
}

/// RFC 8725, 3.8: the key that verified it belongs to this issuer.
Found look_at_issuer(const TokenClaims& claims, const TokenExpectation& expected) {
  const std::string& issuer = expected.rules.issuer.empty() ? expected.authorizer.text() : expected.rules.issuer;
  if (claims.issuer == issuer) return std::nullopt;
  return invalid("iss is not the authorizer's");
}

/// RFC 8725, 3.9: what was issued for somebody else is refused.
Found look_at_audience(const TokenClaims& claims, const TokenExpectation& expected) {
  const auto& ours = expected.policy.audiences;
  if (ours.empty()) return invalid("no audience is configured");
  const bool named = std::any_of(claims.audience.begin(), claims.audience.end(), [&](const std::string& one) {
    return std::find(ours.begin(), ours.end(), one) != ours.end();
  });
  if (named) return std::nullopt;
  return invalid("aud is none of the configured audiences");
}

Found look_at_times(const TokenClaims& claims, const TokenExpectation& expected) {
  const auto skew = expected.policy.skew;
  if (!claims.expires) return invalid("no exp");
  if (expected.now >= *claims.expires + skew) return TokenFault{Reason::token_expired, "exp is over"};
  if (claims.not_before && expected.now + skew < *claims.not_before) return invalid("nbf is still to come");
  if (claims.issued && expected.now + skew < *claims.issued) return invalid("iat is still to come");
  return std::nullopt;
}

/// One that is good for years is worth stealing. What has no `iat` is counted from now.
Found look_at_lifetime(const TokenClaims& claims, const TokenExpectation& expected) {
  if (!claims.expires) return invalid("no exp");
  const Time from = std::min(claims.issued.value_or(expected.now), expected.now);
  if (*claims.expires - from <= expected.policy.longest_lifetime + expected.policy.skew) return std::nullopt;
  return invalid("its lifetime is longer than is configured");
}

/// Compares in normal form, as the request's own identities are.
template <class Name>
bool names(const std::vector<std::string>& texts, const Name& wanted) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    const auto parsed = Name::parse(text);
    return parsed && *parsed == wanted;
  });
}

Found look_at_impi(const TokenClaims& claims, const TokenExpectation& expected) {
  const std::string& claim = expected.rules.impi_claim;
  if (claim.empty()) return std::nullopt;
  const auto* texts = claims.find(claim);
  if (texts == nullptr) return invalid("no claim for the IMPI");
  if (names(*texts, expected.impi)) return std::nullopt;
  return mismatch("another IMPI");
}

Found look_at_impu(const TokenClaims& claims, const TokenExpectation& expected) {
  const std::string& claim = expected.rules.impu_claim;
  if (claim.empty()) return std::nullopt;
  const auto* texts = claims.find(claim);
  if (texts == nullptr) return invalid("no claim for the IMPU");
  if (names(*texts, expected.impu)) return std::nullopt;
  return mismatch("another IMPU");
}

/// TS 24.229, 7.13: where the token names the WAF and the WWSF, they are those that the request names.
Found look_at_parties(const TokenClaims& claims, const TokenExpectation& expected) {
  const auto* waf = claims.find("3gpp-waf");
  if (waf != nullptr && !names(*waf, expected.authorizer)) return mismatch("3gpp-waf is another WAF");
  const auto* wwsf = claims.find("3gpp-wwsf");
  if (wwsf != nullptr && (expected.wwsf == nullptr || !names(*wwsf, *expected.wwsf)))
    return mismatch("3gpp-wwsf is another WWSF");
  return std::nullopt;
}

constexpr std::array<ClaimCheck, 8> checks{{{"type", look_at_type},
                                            {"issuer", look_at_issuer},
                                            {"audience", look_at_audience},
                                            {"time", look_at_times},
                                            {"lifetime", look_at_lifetime},
                                            {"IMPI", look_at_impi},
                                            {"IMPU", look_at_impu},
                                            {"WAF and WWSF", look_at_parties}}};

}  // namespace

const std::vector<std::string>* TokenClaims::find(std::string_view name) const {
  const auto found = std::find_if(texts.begin(), texts.end(), [&](const auto& claim) { return claim.first == name; });
  return found == texts.end() ? nullptr : &found->second;
}

std::span<const ClaimCheck> claim_checks() { return checks; }

std::vector<TokenFault> faults_of(const TokenClaims& claims, const TokenExpectation& expected) {
  std::vector<TokenFault> out;
  for (const auto& check : checks) {
    if (auto fault = check.look(claims, expected)) out.push_back(std::move(*fault));
  }
  return out;
}

const TokenKey* signing_key(const TokenRules& rules, std::string_view kid) {
  const TokenKey* found = nullptr;
  for (const auto& key : rules.keys) {
    if (key.state != TokenKey::State::active || (!kid.empty() && key.kid != kid)) continue;
    if (found != nullptr) return nullptr;  // without a kid, nobody says which
    found = &key;
  }
  return found;
}

}  // namespace vouchsafe
