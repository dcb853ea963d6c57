#include "store/schema.hpp"

#include <array>
#include <string>
#include <vector>

namespace vouchsafe::store {
namespace {

using Step = std::vector<const char*>;

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
}};

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
    session << "PRAGMA user_version = " + std::to_string(version + 1);
    session << "COMMIT";
  }
  return {};
}

}  // namespace vouchsafe::store
