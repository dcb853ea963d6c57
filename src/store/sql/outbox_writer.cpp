#include "store/sql/outbox_writer.hpp"

#include "store/sql/outbox_row.hpp"

namespace vouchsafe::store {

std::int64_t OutboxWriter::add(const OutboxEntry& entry) {
  const OutboxRow row = OutboxRow::from(entry);
  sql_ << "INSERT INTO outbox (kind, subscription_id, host, realm, impi, impus, sets, authorizer, cursor, flags, "
          "reference, service, cause, created, due, tries, given_up, error, origin) VALUES (:kind, :sub, :host, "
          ":realm, :impi, :impus, :sets, :auth, :cursor, :flags, :ref, :service, :cause, :created, :due, :tries, "
          ":given, :error, :origin)",
      soci::use(row.kind), soci::use(row.subscription), soci::use(row.host), soci::use(row.realm), soci::use(row.impi),
      soci::use(row.impus), soci::use(row.sets), soci::use(row.authorizer), soci::use(row.cursor), soci::use(row.flags),
      soci::use(row.reference), soci::use(row.service), soci::use(row.cause), soci::use(row.created),
      soci::use(row.due), soci::use(row.tries), soci::use(row.given_up), soci::use(row.error), soci::use(row.origin);
  long long id = 0;
  sql_ << "SELECT last_insert_rowid()", soci::into(id);
  return id;
}

void OutboxWriter::change(const OutboxEntry& entry) {
  const OutboxRow row = OutboxRow::from(entry);
  sql_ << "UPDATE outbox SET impus = :impus, cursor = :cursor, due = :due, tries = :tries, given_up = :given, error = "
          ":error WHERE id = :id",
      soci::use(row.impus), soci::use(row.cursor), soci::use(row.due), soci::use(row.tries), soci::use(row.given_up),
      soci::use(row.error), soci::use(row.id);
}

void OutboxWriter::remove(std::int64_t id) {
  const long long row = id;
  sql_ << "DELETE FROM outbox WHERE id = :id", soci::use(row);
}

}  // namespace vouchsafe::store
