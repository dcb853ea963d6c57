#include "operations/authorizer_keys.hpp"

#include "operations/unknown_authorizer.hpp"

#include <algorithm>

namespace vouchsafe::operations {
namespace {

/// What the registry holds of an authorizer.
Result<Authorizer> authorizer_of(const AuthorizerName& name, const ports::SubscriberReader& reader) {
  const auto known = reader.authorizers();
  if (!known) return tl::unexpected<Error>(known.error());
  const Authorizer* found = (*known)->find(name);
  if (found == nullptr) return unknown(name);
  return *found;
}

tl::unexpected<Error> no_key(const AuthorizerName& name, const std::string& kid) {
  return fail(Error::Kind::not_found, name.text() + " has no key " + kid);
}

Result<TokenKey> key_of(const AuthorizerName& name, const std::string& kid, const ports::SubscriberReader& reader) {
  const auto authorizer = authorizer_of(name, reader);
  if (!authorizer) return tl::unexpected<Error>(authorizer.error());
  const TokenKey* key = authorizer->token_rules().find(kid);
  if (key == nullptr) return no_key(name, kid);
  return *key;
}

/// \return a key whose name another one has, too; nullptr: none
const TokenKey* named_twice(const std::vector<TokenKey>& keys) {
  for (auto one = keys.begin(); one != keys.end(); ++one) {
    if (std::any_of(keys.begin(), one, [&](const TokenKey& other) { return other.kid == one->kid; })) return &*one;
  }
  return nullptr;
}

/// Whether a key may not come back: it was revoked, by this name or by another.
bool is_revoked(const TokenRules& rules, const TokenKey& key) {
  return std::any_of(rules.keys.begin(), rules.keys.end(), [&](const TokenKey& known) {
    return known.state == TokenKey::State::revoked && (known.kid == key.kid || known.thumbprint == key.thumbprint);
  });
}

}  // namespace

Result<ports::Writes> set_tokens(const AuthorizerName& name, bool token_required, const TokenRules& rules,
                                 const ports::SubscriberReader& reader) {
  const auto authorizer = authorizer_of(name, reader);
  if (!authorizer) return tl::unexpected<Error>(authorizer.error());
  if (rules.impi_claim.empty() && rules.impu_claim.empty())
    return malformed("a token names an IMPI or an IMPU: give one of them a claim");
  if (rules.algorithms.empty()) return malformed("no algorithm is left");
  return ports::Writes{ports::AuthorizerTokensChange{name, token_required, rules}};
}

Result<KeysAdded> add_keys(const AuthorizerName& name, const std::vector<TokenKey>& keys, bool retire_others,
                           const ports::SubscriberReader& reader, Time now) {
  const auto authorizer = authorizer_of(name, reader);
  if (!authorizer) return tl::unexpected<Error>(authorizer.error());
  const TokenRules& rules = authorizer->token_rules();
  if (const TokenKey* twice = named_twice(keys)) return malformed("two keys of the name " + twice->kid);
  KeysAdded out;
  for (const auto& key : keys) {
    const TokenKey* there = rules.find(key.kid);
    if (is_revoked(rules, key)) {
      out.refused.push_back(key.kid);
      continue;
    }
    if (there != nullptr && there->thumbprint != key.thumbprint)
      return fail(Error::Kind::conflict, name.text() + " has another key of the name " + key.kid);
    if (there != nullptr && there->state == TokenKey::State::active && there->jwk == key.jwk) {
      out.known.push_back(key.kid);
      continue;
    }
    TokenKey added = key;
    added.added = there != nullptr ? there->added : now;
    out.writes.emplace_back(ports::AuthorizerKeyChange{name, std::move(added)});
    out.added.push_back(key.kid);
  }
  if (!retire_others) return out;
  for (TokenKey key : rules.keys) {
    const bool stays =
        std::any_of(keys.begin(), keys.end(), [&](const TokenKey& published) { return published.kid == key.kid; });
    if (stays || key.state != TokenKey::State::active) continue;
    key.state = TokenKey::State::retired;
    out.retired.push_back(key.kid);
    out.writes.emplace_back(ports::AuthorizerKeyChange{name, std::move(key)});
  }
  return out;
}

Result<ports::Writes> retire_key(const AuthorizerName& name, const std::string& kid,
                                 const ports::SubscriberReader& reader) {
  auto key = key_of(name, kid, reader);
  if (!key) return tl::unexpected<Error>(key.error());
  if (key->state == TokenKey::State::revoked) return fail(Error::Kind::conflict, "the key " + kid + " is revoked");
  key->state = TokenKey::State::retired;
  return ports::Writes{ports::AuthorizerKeyChange{name, std::move(*key)}};
}

Result<ports::Writes> revoke_key(const AuthorizerName& name, const std::string& kid, Time since, bool deregister,
                                 const ports::SubscriberReader& reader, Time now) {
  const auto authorizer = authorizer_of(name, reader);
  if (!authorizer) return tl::unexpected<Error>(authorizer.error());
  const TokenRules& rules = authorizer->token_rules();
  const TokenKey* named = rules.find(kid);
  if (named == nullptr) return no_key(name, kid);
  ports::Writes out;
  bool ends_registrations = false;
  // Whoever has the key has it under each of its names.
  for (TokenKey key : rules.keys) {
    if (key.thumbprint != named->thumbprint) continue;
    // One that was revoked before is not trusted again for what lies between.
    key.revoked_since = key.state == TokenKey::State::revoked ? std::min(since, key.revoked_since) : since;
    key.state = TokenKey::State::revoked;
    key.deregister = key.deregister || deregister;
    ends_registrations = ends_registrations || key.deregister;
    out.emplace_back(ports::AuthorizerKeyChange{name, std::move(key)});
  }
  if (!ends_registrations) return out;
  OutboxEntry review = review_entry(0, name.text() + ": the key " + kid + " is revoked", now);
  review.body = AuthorizerReview{name.text()};
  out.emplace_back(ports::OutboxAddition{std::move(review)});
  return out;
}

}  // namespace vouchsafe::operations
