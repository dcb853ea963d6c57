#include "store/sql/authorizer_rows.hpp"

#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace vouchsafe::store {
namespace {

/// Names with blanks between; all of them are "".
std::string algorithms_text(const TokenAlgorithms& algorithms) {
  if (algorithms == TokenAlgorithms::all()) return {};
  std::string out;
  for (const auto& row : token_algorithm_rows) {
    if (algorithms.has(row.algorithm)) out += (out.empty() ? "" : " ") + std::string(row.name);
  }
  return out;
}

/// A name that is not known is left out: it was written by nobody, and lets nothing in.
TokenAlgorithms algorithms_from(const std::string& text) {
  if (text.empty()) return TokenAlgorithms::all();
  TokenAlgorithms out;
  std::istringstream names(text);
  for (std::string name; names >> name;) {
    if (const auto algorithm = token_algorithm_named(name)) out.add(*algorithm);
  }
  return out;
}

Time time_of(long long seconds) { return Time{std::chrono::seconds{seconds}}; }

std::map<int, std::vector<TokenKey>> read_keys(soci::session& sql) {
  std::map<int, std::vector<TokenKey>> out;
  int authorizer = 0;
  int state = 0;
  int deregister = 0;
  long long added = 0;
  long long since = 0;
  TokenKey key;
  soci::statement st =
      (sql.prepare << "SELECT authorizer_id, kid, jwk, thumbprint, state, added, revoked_since, deregister FROM "
                      "authorizer_key ORDER BY authorizer_id, added, kid",
       soci::into(authorizer), soci::into(key.kid), soci::into(key.jwk), soci::into(key.thumbprint), soci::into(state),
       soci::into(added), soci::into(since), soci::into(deregister));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    key.state = static_cast<TokenKey::State>(state);
    key.added = time_of(added);
    key.revoked_since = time_of(since);
    key.deregister = deregister != 0;
    out[authorizer].push_back(key);
  }
  return out;
}

std::map<int, Suspensions> read_suspensions(soci::session& sql) {
  std::map<int, Suspensions> out;
  int authorizer = 0;
  int effect = 0;
  long long since = 0;
  long long until = 0;
  soci::indicator until_null = soci::i_ok;
  Suspension suspension;
  soci::statement st =
      (sql.prepare << "SELECT authorizer_id, wwsf, client, effect, since, until, why FROM suspension "
                      "ORDER BY authorizer_id, wwsf, client",
       soci::into(authorizer), soci::into(suspension.scope.wwsf), soci::into(suspension.scope.client),
       soci::into(effect), soci::into(since), soci::into(until, until_null), soci::into(suspension.why));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    suspension.effect = static_cast<Suspension::Effect>(effect);
    suspension.since = time_of(since);
    suspension.until.reset();
    if (until_null == soci::i_ok) suspension.until = time_of(until);
    out[authorizer].push_back(suspension);
  }
  return out;
}

}  // namespace

std::vector<std::pair<int, Authorizer>> read_authorizers(soci::session& sql) {
  auto keys = read_keys(sql);
  auto suspensions = read_suspensions(sql);
  std::vector<std::pair<int, Authorizer>> out;
  int id = 0;
  int token_required = 0;
  int access_token = 0;
  int once = 0;
  std::string name;
  std::string algorithms;
  TokenRules rules;
  soci::statement st =
      (sql.prepare << "SELECT id, name, token_required, issuer, algorithms, impi_claim, impu_claim, "
                      "access_token, once FROM authorizer ORDER BY name",
       soci::into(id), soci::into(name), soci::into(token_required), soci::into(rules.issuer), soci::into(algorithms),
       soci::into(rules.impi_claim), soci::into(rules.impu_claim), soci::into(access_token), soci::into(once));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    rules.algorithms = algorithms_from(algorithms);
    rules.access_token = access_token != 0;
    rules.once = once != 0;
    rules.keys = keys[id];
    out.emplace_back(id, Authorizer{AuthorizerName::trusted(name), std::move(suspensions[id]), token_required != 0,
                                    std::make_shared<const TokenRules>(rules)});
  }
  return out;
}

void set_tokens(soci::session& sql, const ports::AuthorizerTokensChange& change) {
  const TokenRules& rules = change.rules;
  const std::string algorithms = algorithms_text(rules.algorithms);
  const int token = change.token_required ? 1 : 0;
  const int access_token = rules.access_token ? 1 : 0;
  const int once = rules.once ? 1 : 0;
  sql << "UPDATE authorizer SET token_required = :t, issuer = :i, algorithms = :a, impi_claim = :pi, impu_claim = :pu, "
         "access_token = :at, once = :o WHERE name = :n",
      soci::use(token), soci::use(rules.issuer), soci::use(algorithms), soci::use(rules.impi_claim),
      soci::use(rules.impu_claim), soci::use(access_token), soci::use(once), soci::use(change.name.text());
}

void add_authorizer(soci::session& sql, const Authorizer& authorizer) {
  sql << "INSERT INTO authorizer (name) VALUES (:n)", soci::use(authorizer.name.text());
  set_tokens(sql, {authorizer.name, authorizer.token_required, authorizer.token_rules()});
}

void put_suspension(soci::session& sql, const ports::SuspensionChange& change) {
  const Suspension& s = change.suspension;
  const int effect = static_cast<int>(s.effect);
  const long long since = s.since.time_since_epoch().count();
  long long until = s.until ? s.until->time_since_epoch().count() : 0;
  soci::indicator until_null = s.until ? soci::i_ok : soci::i_null;
  sql << "INSERT INTO suspension (authorizer_id, wwsf, client, effect, since, until, why) SELECT id, :w, :c, :e, :s, "
         ":u, :y FROM authorizer WHERE name = :n ON CONFLICT (authorizer_id, wwsf, client) DO UPDATE SET effect = "
         "excluded.effect, since = excluded.since, until = excluded.until, why = excluded.why",
      soci::use(s.scope.wwsf), soci::use(s.scope.client), soci::use(effect), soci::use(since),
      soci::use(until, until_null), soci::use(s.why), soci::use(change.name.text());
}

void end_suspension(soci::session& sql, const ports::SuspensionEnd& change) {
  sql << "DELETE FROM suspension WHERE authorizer_id = (SELECT id FROM authorizer WHERE name = :n) AND wwsf = :w AND "
         "client = :c",
      soci::use(change.name.text()), soci::use(change.scope.wwsf), soci::use(change.scope.client);
}

void put_key(soci::session& sql, const ports::AuthorizerKeyChange& change) {
  const TokenKey& key = change.key;
  const int state = static_cast<int>(key.state);
  const int deregister = key.deregister ? 1 : 0;
  const long long added = key.added.time_since_epoch().count();
  const long long since = key.revoked_since.time_since_epoch().count();
  sql << "INSERT INTO authorizer_key (authorizer_id, kid, jwk, thumbprint, state, added, revoked_since, deregister) "
         "SELECT id, :k, :j, :t, :s, :a, :r, :d FROM authorizer WHERE name = :n ON CONFLICT (authorizer_id, kid) DO "
         "UPDATE SET jwk = excluded.jwk, thumbprint = excluded.thumbprint, state = excluded.state, added = "
         "excluded.added, revoked_since = excluded.revoked_since, deregister = excluded.deregister",
      soci::use(key.kid), soci::use(key.jwk), soci::use(key.thumbprint), soci::use(state), soci::use(added),
      soci::use(since), soci::use(deregister), soci::use(change.name.text());
}

}  // namespace vouchsafe::store
