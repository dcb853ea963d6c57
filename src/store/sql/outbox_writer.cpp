#include "store/sql/outbox_writer.hpp"

#include "store/sql/outbox_row.hpp"

#include <string>
#include <vector>

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

bool OutboxWriter::notify(const ports::DataChanged& change) {
  const long long id = change.subscription;
  const int reference = static_cast<int>(change.reference);
  const long long now = change.now.time_since_epoch().count();
  const std::string impu = change.impu ? change.impu->text() : std::string{};
  const std::string which =
      " FROM notification WHERE subscription_id = :id AND reference = :r AND (:every = '' OR service = :s) AND host <> "
      ":by AND (:any = '' OR impu = :u) AND (expires IS NULL OR expires > :now)";
  std::vector<OutboxEntry> notifications;
  {
    std::string host;
    std::string realm;
    std::string subscribed;
    std::string service;
    soci::statement watching =
        (sql_.prepare << "SELECT host, realm, impu, service" + which, soci::into(host), soci::into(realm),
         soci::into(subscribed), soci::into(service), soci::use(id), soci::use(reference),
         soci::use(change.service_indication), soci::use(change.service_indication), soci::use(change.by),
         soci::use(impu), soci::use(impu), soci::use(now));
    for (bool more = watching.execute(true); more; more = watching.fetch()) {
      OutboxEntry entry;
      entry.subscription = id;
      entry.host = host;
      entry.realm = realm;
      entry.body = DataNotification{Impu::trusted(subscribed), change.reference, service};
      entry.cause = "changed";
      entry.created = change.now;
      entry.due = change.now.time_since_epoch();
      notifications.push_back(std::move(entry));
    }
  }
  for (const auto& entry : notifications) add(entry);
  soci::statement once = (sql_.prepare << "DELETE" + which + " AND one_time = 1", soci::use(id), soci::use(reference),
                          soci::use(change.service_indication), soci::use(change.service_indication),
                          soci::use(change.by), soci::use(impu), soci::use(impu), soci::use(now));
  once.execute(true);
  return once.get_affected_rows() > 0;
}

}  // namespace vouchsafe::store
