#include "store/sql/notifications.hpp"

namespace vouchsafe::store {
namespace {

/// A row of the table.
struct Row {
  long long subscription = 0;
  int reference = 0;
  std::string host;
  std::string impu;
  std::string service;
  std::string realm;
  long long expires = 0;
  soci::indicator expires_null = soci::i_null;
  int one_time = 0;

  [[nodiscard]] ports::NotificationSubscription read() const {
    std::optional<Time> until;
    if (expires_null == soci::i_ok) until = Time{std::chrono::seconds{expires}};
    return {subscription, host,  realm,        Impu::trusted(impu), static_cast<DataReference>(reference),
            service,      until, one_time != 0};
  }
};

soci::details::prepare_temp_type select(soci::session& sql, const char* where, Row& row) {
  return (sql.prepare << std::string("SELECT subscription_id, reference, host, impu, service, realm, expires, one_time "
                                     "FROM notification ") +
                             where,
          soci::into(row.subscription), soci::into(row.reference), soci::into(row.host), soci::into(row.impu),
          soci::into(row.service), soci::into(row.realm), soci::into(row.expires, row.expires_null),
          soci::into(row.one_time));
}

template <class Wanted>
std::vector<ports::NotificationSubscription> fetch(soci::statement& st, const Row& row, const Wanted& wanted) {
  std::vector<ports::NotificationSubscription> out;
  for (bool more = st.execute(true); more; more = st.fetch()) {
    auto one = row.read();
    if (wanted(one)) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::vector<ports::NotificationSubscription> read_notifications(
    soci::session& sql, const std::function<bool(const ports::NotificationSubscription&)>& wanted) {
  Row row;
  soci::statement st = select(sql, "", row);
  return fetch(st, row, wanted);
}

std::vector<ports::NotificationSubscription> read_notifications(soci::session& sql, long long subscription,
                                                                DataReference reference) {
  Row row;
  const int r = static_cast<int>(reference);
  soci::statement st =
      (select(sql, "WHERE subscription_id = :id AND reference = :r", row), soci::use(subscription), soci::use(r));
  return fetch(st, row, [](const auto&) { return true; });
}

}  // namespace vouchsafe::store
