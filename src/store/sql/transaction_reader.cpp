#include "store/sql/transaction_reader.hpp"

#include "domain/text.hpp"
#include "store/sql/notifications.hpp"
#include "store/sqlite/connection.hpp"

#include <algorithm>

namespace vouchsafe::store {

Result<ports::DataView> TransactionReader::find(const Lookup& lookup) const {
  return ConnectionReader(connection_, true).find(lookup);
}

Result<std::vector<AsPermission>> TransactionReader::permissions() const {
  connection_.renew_registry();
  return connection_.registry().permissions;
}

Result<std::vector<ports::NotificationSubscription>> TransactionReader::notifications_of(
    const std::string& hosts) const {
  return read_notifications(connection_.sql(), [&](const auto& s) { return host_matches(hosts, s.host); });
}

Result<bool> TransactionReader::has_shared_set(const std::string& name) const {
  int count = 0;
  connection_.sql() << "SELECT count(*) FROM shared_ifc WHERE name = :n", soci::into(count), soci::use(name);
  return count != 0;
}

Result<std::vector<ports::Granting>> TransactionReader::granting(const AuthorizerName& authorizer, std::int64_t after,
                                                                 std::size_t limit) const {
  std::vector<ports::Granting> out;
  long long subscription = 0;
  long long grants = 0;
  int sequence = 0;
  long long watched = 0;
  const long long from = after;
  const auto most = static_cast<long long>(limit);
  soci::statement st =
      (connection_.sql().prepare
           << "SELECT g.subscription_id, count(*), s.grants_sequence, s.watched FROM grants g JOIN subscription s ON "
              "s.id = g.subscription_id WHERE g.subscription_id > :after AND g.authorizer_id = (SELECT id FROM "
              "authorizer WHERE name = :name) GROUP BY g.subscription_id ORDER BY g.subscription_id LIMIT :n",
       soci::into(subscription), soci::into(grants), soci::into(sequence), soci::into(watched), soci::use(from),
       soci::use(authorizer.text()), soci::use(most));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    out.push_back({subscription, static_cast<std::size_t>(grants), static_cast<std::uint16_t>(sequence), watched != 0});
  }
  return out;
}

Result<std::size_t> TransactionReader::pools_of(const AuthorizerName& authorizer) const {
  long long count = 0;
  connection_.sql() << "SELECT count(*) FROM pool WHERE authorizer_id = (SELECT id FROM authorizer WHERE name = :n)",
      soci::into(count), soci::use(authorizer.text());
  return static_cast<std::size_t>(count);
}

}  // namespace vouchsafe::store
