#include "delegation/token_check.hpp"

#include "domain/text.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

TokenVerdict refused(TokenFault fault) { return {TokenVerdict::Kind::refused, {}, std::move(fault)}; }
TokenVerdict busy(std::string why) { return {TokenVerdict::Kind::busy, {}, {Reason::token_invalid, std::move(why)}}; }

/// What tells a token from the authorizer's others: the name that it gives it (RFC 7519, 4.1.7), or else what is
/// signed.
std::string name_of(const ports::ParsedToken& token) {
  return token.claims.jti.empty() ? "#" + token.content : "=" + token.claims.jti;
}

}  // namespace

TokenVerdict TokenCheck::check(const ports::ShownToken& as_sent, const TokenPolicy& policy, Time now) {
  // A client has one share and one memory, however it writes its name.
  std::string client(as_sent.client);
  std::transform(client.begin(), client.end(), client.begin(), lower);
  ports::ShownToken shown = as_sent;
  shown.client = client;
  const TokenRules& rules = shown.authorizer.token_rules();
  if (!rules.has_keys()) return {};
  const auto token = verifier_.parse(shown.token);
  if (!token) return refused(token.error());
  if (!rules.algorithms.has(token->algorithm))
    return refused({Reason::token_invalid, "alg is not one that the authorizer may use"});
  const TokenKey* key = signing_key(rules, token->kid);
  if (key == nullptr) return refused({Reason::token_invalid, "kid names no active key of the authorizer"});
  if (auto verdict = verify(*token, *key, shown, policy, now)) return std::move(*verdict);
  const AuthorizerName* wwsf = shown.vouching.wwsf ? &*shown.vouching.wwsf : nullptr;
  const TokenExpectation expected{rules, policy, shown.vouching.authorizer, wwsf, shown.impi, shown.impu, now};
  if (auto faults = faults_of(token->claims, expected); !faults.empty()) {
    TokenVerdict out = refused(std::move(faults.front()));
    faults.erase(faults.begin());
    out.others = std::move(faults);
    return out;
  }
  if (auto verdict = use(*token, shown, policy, now)) return std::move(*verdict);
  return {TokenVerdict::Kind::verified, {key->kid, token->claims.jti, *token->claims.expires, now}, {}};
}

std::optional<TokenVerdict> TokenCheck::verify(const ports::ParsedToken& token, const TokenKey& key,
                                               const ports::ShownToken& shown, const TokenPolicy& policy, Time now) {
  if (verified_.holds(token.fingerprint, key.thumbprint, now)) return std::nullopt;
  if (!budget_.take(shown.client, policy.verifications, clock_.monotonic())) {
    log_.write(ports::message::tokens_throttled{.client = shown.client, .most = policy.verifications});
    return busy("too many verifications for this client");
  }
  if (auto fault = verifier_.verify(token, key)) return refused(std::move(*fault));
  if (token.claims.expires) verified_.put(token.fingerprint, key.thumbprint, *token.claims.expires + policy.skew);
  return std::nullopt;
}

std::optional<TokenVerdict> TokenCheck::use(const ports::ParsedToken& token, const ports::ShownToken& shown,
                                            const TokenPolicy& policy, Time now) {
  const ports::TokenUse use{shown.authorizer.name.text(),        name_of(token),
                            std::string(shown.client),           std::string(shown.session),
                            *token.claims.expires + policy.skew, shown.authorizer.token_rules().once};
  switch (uses_.show(use, now)) {
    case ports::TokenUses::Answer::good:
      return std::nullopt;
    case ports::TokenUses::Answer::replayed:
      return refused({Reason::token_replayed, use.once ? "it was shown before" : "another client has shown it"});
    case ports::TokenUses::Answer::full:
      break;
  }
  log_.write(ports::message::tokens_full{.authorizer = use.authorizer});
  return busy("too many tokens are remembered");
}

}  // namespace vouchsafe::delegation
