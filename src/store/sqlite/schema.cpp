#include "store/sqlite/schema.hpp"

#include "store/sql/wildcard_ends.hpp"

#include <array>
#include <string>
#include <vector>

namespace vouchsafe::store {
namespace {

using Step = std::vector<const char*>;

constexpr const char* count_from_here =
    "INSERT INTO counter (name, next) SELECT 'subscription', 1 + max((SELECT coalesce(max(id), 0) FROM subscription), "
    "(SELECT coalesce(max(subscription_id), 0) FROM outbox))";

/// Step n brings a database from version n to n + 1. Never change one that has been released: add another.
const std::array<Step, schema_version> steps = {{
    {
        // What changes seldom and concerns everybody; its version tells a writer that its decision is out of date.
        "CREATE TABLE registry (id INTEGER PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL)",
        "INSERT INTO registry (id, version) VALUES (1, 1)",
        "CREATE TABLE authorizer (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, suspended INTEGER NOT NULL "
        "DEFAULT 0,"
        " token_required INTEGER NOT NULL DEFAULT 0)",
        "CREATE TABLE subscription (id INTEGER PRIMARY KEY, version BIGINT NOT NULL, profile TEXT NOT NULL)",
        // Apart from the profile, so that a registration rewrites a small row on a page of its like.
        "CREATE TABLE state (subscription_id INTEGER PRIMARY KEY REFERENCES subscription (id) ON DELETE CASCADE, state "
        "TEXT NOT NULL)",
        "CREATE TABLE impi (impi TEXT PRIMARY KEY, subscription_id INTEGER NOT NULL REFERENCES subscription (id) ON "
        "DELETE"
        " CASCADE) WITHOUT ROWID",
        "CREATE INDEX impi_subscription ON impi (subscription_id)",
        "CREATE TABLE impu (impu TEXT PRIMARY KEY, subscription_id INTEGER NOT NULL REFERENCES subscription (id) ON "
        "DELETE"
        " CASCADE) WITHOUT ROWID",
        "CREATE INDEX impu_subscription ON impu (subscription_id)",
        "CREATE TABLE wildcard (impu TEXT PRIMARY KEY REFERENCES impu (impu) ON DELETE CASCADE, prefix TEXT NOT NULL)"
        " WITHOUT ROWID",
        "CREATE TABLE grants (subscription_id INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,"
        " authorizer_id INTEGER NOT NULL REFERENCES authorizer (id) ON DELETE RESTRICT, kind INTEGER NOT NULL,"
        " subject TEXT NOT NULL, not_before BIGINT, not_after BIGINT, wwsf TEXT,"
        " PRIMARY KEY (subscription_id, authorizer_id, kind, subject)) WITHOUT ROWID",
        "CREATE TABLE pool (subject TEXT NOT NULL, authorizer_id INTEGER NOT NULL REFERENCES authorizer (id) ON DELETE"
        " RESTRICT, not_before BIGINT, not_after BIGINT, wwsf TEXT, PRIMARY KEY (subject, authorizer_id)) WITHOUT "
        "ROWID",
        // Finds what rests on an authorizer without reading every subscription.
        "CREATE TABLE vouched_registration (authorizer TEXT NOT NULL, subscription_id INTEGER NOT NULL REFERENCES"
        " subscription (id) ON DELETE CASCADE, impi TEXT NOT NULL, irs INTEGER NOT NULL,"
        " PRIMARY KEY (authorizer, subscription_id, impi, irs)) WITHOUT ROWID",
        "CREATE INDEX vouched_registration_subscription ON vouched_registration (subscription_id)",
        "CREATE TABLE shared_ifc (name TEXT PRIMARY KEY, set_id INTEGER NOT NULL UNIQUE, xml TEXT NOT NULL) WITHOUT "
        "ROWID",
    },
    {
        // Bits of the data that some AS subscribed to: read with every subscription, so that a change that nobody
        // watches costs no more.
        "ALTER TABLE subscription ADD COLUMN watched BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE subscription ADD COLUMN grants_sequence INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN served INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN told INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE state ADD COLUMN review_at BIGINT",
        "UPDATE state SET served = 1 WHERE state LIKE '%\"scscf\"%'",
        "CREATE INDEX state_review ON state (review_at) WHERE review_at IS NOT NULL",
        "CREATE TABLE repository (impu TEXT NOT NULL REFERENCES impu (impu) ON DELETE CASCADE, service TEXT NOT NULL,"
        " sequence INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (impu, service)) WITHOUT ROWID",
        "CREATE TABLE as_permission (host TEXT NOT NULL, reference INTEGER NOT NULL, service TEXT NOT NULL,"
        " operations INTEGER NOT NULL, PRIMARY KEY (host, reference, service)) WITHOUT ROWID",
        "CREATE TABLE notification (subscription_id INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,"
        " reference INTEGER NOT NULL, host TEXT NOT NULL, impu TEXT NOT NULL, service TEXT NOT NULL, realm TEXT NOT "
        "NULL, expires BIGINT, one_time INTEGER NOT NULL, PRIMARY KEY (subscription_id, reference, host, impu, "
        "service)) WITHOUT ROWID",
        // No foreign key: an entry outlives its subscription. AUTOINCREMENT: a number never means another entry later.
        "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, subscription_id INTEGER NOT "
        "NULL, host TEXT NOT NULL, realm TEXT NOT NULL, impi TEXT NOT NULL, impus TEXT NOT NULL, sets TEXT NOT NULL,"
        " authorizer TEXT NOT NULL, cursor BIGINT NOT NULL, flags INTEGER NOT NULL, reference INTEGER NOT NULL,"
        " service TEXT NOT NULL, cause TEXT NOT NULL, created BIGINT NOT NULL, due BIGINT NOT NULL, tries INTEGER NOT"
        " NULL, given_up INTEGER NOT NULL, error TEXT NOT NULL, origin BIGINT NOT NULL)",
        "CREATE INDEX outbox_due ON outbox (given_up, host, due)",
        "CREATE INDEX outbox_origin ON outbox (origin)",
        // What was registered before this release is looked at once.
        "INSERT INTO outbox (kind, subscription_id, host, realm, impi, impus, sets, authorizer, cursor, flags, "
        "reference, service, cause, created, due, tries, given_up, error, origin) SELECT 1, 0, '', '', '', '', '', "
        "'', 0, 0, 0, '', 'schema 2', 0, 0, 0, 0, '', 0 WHERE EXISTS (SELECT 1 FROM state WHERE served = 1)",
    },
    {
        // Registrations that a check let in which was only monitored: looked at again when that changes.
        "ALTER TABLE state ADD COLUMN monitored INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX state_monitored ON state (subscription_id) WHERE monitored = 1",
        "CREATE INDEX wildcard_prefix ON wildcard (prefix)",
        // What seals: the numbers of the keys in use, each with a value that tells it from another key of that number.
        "CREATE TABLE sealing_key (number INTEGER PRIMARY KEY, check_value TEXT NOT NULL, current INTEGER NOT NULL)",
        // Aliases' data under a name that no Service-Indication can have.
        "UPDATE repository SET service = char(31) || substr(service, 9) WHERE substr(service, 1, 8) = 'aliases/'",
    },
    {
        // Where the text after a wildcard's expression ends, backwards (ending_of): both ends lead to it by an index.
        "ALTER TABLE wildcard ADD COLUMN ending TEXT NOT NULL DEFAULT ''",
        "DROP INDEX wildcard_prefix",
        "CREATE INDEX wildcard_ends ON wildcard (prefix, ending)",
        // A number never means another subscription later: what is in the outbox may still name one that is gone.
        "CREATE TABLE counter (name TEXT PRIMARY KEY, next BIGINT NOT NULL) WITHOUT ROWID",
        count_from_here,
    },
    {
        // Signed tokens: how each authorizer's are read, and what they are verified with. Those of before are read as
        // by default, and have no keys: nothing is verified, and nothing refused that was not.
        "ALTER TABLE authorizer ADD COLUMN issuer TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE authorizer ADD COLUMN algorithms TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE authorizer ADD COLUMN impi_claim TEXT NOT NULL DEFAULT 'impi'",
        "ALTER TABLE authorizer ADD COLUMN impu_claim TEXT NOT NULL DEFAULT 'impu'",
        "ALTER TABLE authorizer ADD COLUMN access_token INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE authorizer ADD COLUMN once INTEGER NOT NULL DEFAULT 0",
        ("CREATE TABLE authorizer_key (authorizer_id INTEGER NOT NULL REFERENCES authorizer (id) ON DELETE CASCADE, "
         "kid "
         "TEXT NOT NULL, jwk TEXT NOT NULL, thumbprint TEXT NOT NULL, state INTEGER NOT NULL, added BIGINT NOT NULL,"
         " revoked_since BIGINT NOT NULL, deregister INTEGER NOT NULL, PRIMARY KEY (authorizer_id, kid)) WITHOUT "
         "ROWID"),
    },
    {
        // Suspensions with a scope and an end, in place of one state for the whole authorizer.
        "CREATE TABLE suspension (authorizer_id INTEGER NOT NULL REFERENCES authorizer (id) ON DELETE CASCADE, wwsf "
        "TEXT NOT NULL, client TEXT NOT NULL, effect INTEGER NOT NULL, since BIGINT NOT NULL, until BIGINT, why TEXT "
        "NOT NULL, PRIMARY KEY (authorizer_id, wwsf, client)) WITHOUT ROWID",
        "INSERT INTO suspension (authorizer_id, wwsf, client, effect, since, until, why) SELECT id, '', '', suspended, "
        "0, NULL, '' FROM authorizer WHERE suspended <> 0",
        "ALTER TABLE authorizer DROP COLUMN suspended",
    },
}};

/// What a step needs beside its statements.
void complete(soci::session& session, int version) {
  if (version != 3) return;
  std::vector<std::string> wildcards;
  const soci::rowset<std::string> rows = (session.prepare << "SELECT impu FROM wildcard");
  wildcards.assign(rows.begin(), rows.end());
  for (const auto& impu : wildcards) {
    const std::string ending = ending_of(impu);
    session << "UPDATE wildcard SET ending = :e WHERE impu = :u", soci::use(ending), soci::use(impu);
  }
}

int user_version(soci::session& session) {
  int version = 0;
  session << "PRAGMA user_version", soci::into(version);
  return version;
}

bool has_tables(soci::session& session) {
  int count = 0;
  session << "SELECT count(*) FROM sqlite_master", soci::into(count);
  return count > 0;
}

}  // namespace

Result<void> migrate(soci::session& session) {
  const int found = user_version(session);
  if (found > schema_version) {
    return unavailable("the database has schema " + std::to_string(found) + ", newer than this program's " +
                       std::to_string(schema_version) +
                       ": install the release that wrote it, or restore an older backup");
  }
  if (found == 0 && has_tables(session)) {
    return unavailable(
        "the file is a database, but not one of vouchsafe's: name another file, or run vouchctl init with a new one");
  }
  for (int version = found; version < schema_version; ++version) {
    session << "BEGIN IMMEDIATE";
    if (user_version(session) != version) {  // another process was quicker
      session << "ROLLBACK";
      continue;
    }
    for (const char* statement : steps.at(static_cast<std::size_t>(version))) session << statement;
    complete(session, version);
    session << "PRAGMA user_version = " + std::to_string(version + 1);
    session << "COMMIT";
  }
  return {};
}

}  // namespace vouchsafe::store
