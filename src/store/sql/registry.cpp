#include "store/sql/registry.hpp"

#include "domain/text.hpp"
#include "store/sql/sql_grants.hpp"
#include "store/sql/writer.hpp"
#include "store/sqlite/with_connection.hpp"

#include <algorithm>

namespace vouchsafe::store {
namespace {

/// One write transaction; `body` gives its result, and an Error rolls it back.
template <class T, class Body>
Result<T> write(Database& database, Body body) {
  return with_connection<T>(database, [&](Connection& connection) -> Result<T> {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    Writer writer(connection.sql(), connection.write());
    Result<T> result = body(connection.sql(), writer);
    if (!result) return result;
    transaction.commit();
    return result;
  });
}

/// Everybody reads authorizers, pools and permissions anew. A grant of one subscription is read with it, and needs none
/// of that.
void move_version(soci::session& sql) { sql << "UPDATE registry SET version = version + 1"; }

template <class T, class Body>
Result<T> read(Database& database, Body body) {
  return with_connection<T>(database, [&](Connection& connection) { return body(connection.sql()); });
}

ports::DataChanged grants_changed(long long subscription, Time now) {
  return {subscription, DataReference::repository_data, std::string(delegated_authorizers_service), std::nullopt, {},
          now};
}

/// A change that may concern many.
std::int64_t ask_reviews(Writer& writer, AuthorizerReview about, const std::string& cause, Time now) {
  OutboxEntry review = review_entry(0, cause, now);
  review.body = std::move(about);
  return writer.add(review);
}

std::optional<int> id_of(soci::session& sql, const AuthorizerName& name) {
  int id = 0;
  sql << "SELECT id FROM authorizer WHERE name = :name", soci::into(id), soci::use(name.text());
  return sql.got_data() ? std::optional(id) : std::nullopt;
}

tl::unexpected<Error> unknown(const AuthorizerName& name) {
  return fail(Error::Kind::not_found,
              "authorizer " + name.text() + " is not in the registry; vouchctl authorizer add " + name.text());
}

}  // namespace

namespace {

/// Takes an authorizer's grants back from the subscriptions after `cursor`, a batch in one transaction, so that
/// registrations need not wait for all of them. \return how many grants that were; moves `cursor`, to -1 at the end
Result<std::size_t> remove_grants(Database& database, const AuthorizerName& name, long long& cursor, Time now) {
  constexpr long long batch = 1000;
  return write<std::size_t>(database, [&](soci::session& sql, Writer& writer) -> Result<std::size_t> {
    const auto id = id_of(sql, name);
    if (!id) return unknown(name);
    std::vector<std::pair<long long, bool>> subscriptions;  // and whether an AS watches it
    long long subscription = 0;
    long long watched = 0;
    soci::statement granting =
        (sql.prepare << "SELECT DISTINCT g.subscription_id, s.watched FROM grants g JOIN subscription s ON s.id = "
                        "g.subscription_id WHERE g.subscription_id > :after AND g.authorizer_id = :id ORDER BY "
                        "g.subscription_id LIMIT :n",
         soci::into(subscription), soci::into(watched), soci::use(cursor), soci::use(*id), soci::use(batch));
    for (bool more = granting.execute(true); more; more = granting.fetch())
      subscriptions.emplace_back(subscription, watched != 0);
    std::size_t removed = 0;
    for (const auto& [s, is_watched] : subscriptions) {
      writer.move_grants_sequence(s);
      if (is_watched) writer(grants_changed(s, now));
      soci::statement st = (sql.prepare << "DELETE FROM grants WHERE subscription_id = :s AND authorizer_id = :id",
                            soci::use(s), soci::use(*id));
      st.execute(true);
      removed += static_cast<std::size_t>(st.get_affected_rows());
    }
    cursor = static_cast<long long>(subscriptions.size()) < batch ? -1 : subscriptions.back().first;
    return removed;
  });
}

}  // namespace

Result<std::size_t> Registry::remove_authorizer(const AuthorizerName& name, Time now) {
  std::size_t removed = 0;
  for (long long cursor = 0; cursor >= 0;) {
    const auto grants = remove_grants(database_, name, cursor, now);
    if (!grants) return tl::unexpected<Error>(grants.error());
    removed += *grants;
  }
  return write<std::size_t>(database_, [&](soci::session& sql, Writer&) -> Result<std::size_t> {
    const auto id = id_of(sql, name);
    if (!id) return unknown(name);
    soci::statement pools = (sql.prepare << "DELETE FROM pool WHERE authorizer_id = :id", soci::use(*id));
    pools.execute(true);
    removed += static_cast<std::size_t>(pools.get_affected_rows());
    // A grant that came meanwhile goes with it.
    sql << "DELETE FROM grants WHERE authorizer_id = :id", soci::use(*id);
    sql << "DELETE FROM authorizer WHERE id = :id", soci::use(*id);
    move_version(sql);
    return removed;
  });
}

Result<std::vector<Authorizer>> Registry::authorizers() {
  return read<std::vector<Authorizer>>(database_, [&](soci::session& sql) {
    std::vector<Authorizer> out;
    soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT name, suspended, token_required FROM authorizer ORDER BY name");
    for (const auto& row : rows) {
      out.push_back({AuthorizerName::trusted(row.get<std::string>(0)), static_cast<Authorizer::State>(row.get<int>(1)),
                     row.get<int>(2) != 0});
    }
    return out;
  });
}

Result<std::vector<Grant>> Registry::grants(const std::optional<std::string>& subject,
                                            const std::optional<AuthorizerName>& authorizer) {
  return read<std::vector<Grant>>(database_, [&](soci::session& sql) {
    const auto registry = RegistrySnapshot::read(sql);
    std::vector<Grant> out;
    FindStatements::GrantRow row;
    const std::string s = subject.value_or("");
    soci::statement st =
        (sql.prepare << "SELECT kind, subject, authorizer_id, not_before, not_after, wwsf FROM"
                        " (SELECT authorizer_id, kind, subject, not_before, not_after, wwsf FROM grants UNION ALL"
                        "  SELECT authorizer_id, 2, subject, not_before, not_after, wwsf FROM pool)"
                        " WHERE (:s = '' OR subject = :s2) ORDER BY subject, authorizer_id",
         soci::into(row.kind), soci::into(row.subject), soci::into(row.authorizer),
         soci::into(row.not_before, row.not_before_null), soci::into(row.not_after, row.not_after_null),
         soci::into(row.wwsf, row.wwsf_null), soci::use(s, "s"), soci::use(s, "s2"));
    for (bool more = st.execute(true); more; more = st.fetch()) {
      const Authorizer* known = registry.by_id(row.authorizer);
      if (known != nullptr && (!authorizer || known->name == *authorizer)) out.push_back(to_grant(row, *known).grant);
    }
    return out;
  });
}

Result<std::int64_t> Registry::put_shared_ifc(const SharedIfc& set, Time now) {
  return write<std::int64_t>(database_, [&](soci::session& sql, Writer& writer) -> Result<std::int64_t> {
    const int id = static_cast<int>(set.id);
    int there = 0;
    sql << "SELECT count(*) FROM shared_ifc WHERE name = :n", soci::into(there), soci::use(set.name);
    sql << "DELETE FROM shared_ifc WHERE name = :n", soci::use(set.name);
    sql << "INSERT INTO shared_ifc (name, set_id, xml) VALUES (:n, :i, :x)", soci::use(set.name), soci::use(id),
        soci::use(set.xml);
    if (there == 0) return 0;
    return ask_reviews(writer, {{}, true}, "shared iFC set " + set.name, now);
  });
}

Result<void> Registry::remove_shared_ifc(const std::string& name) {
  return write<void>(database_, [&](soci::session& sql, Writer&) -> Result<void> {
    soci::statement st = (sql.prepare << "DELETE FROM shared_ifc WHERE name = :n", soci::use(name));
    st.execute(true);
    if (st.get_affected_rows() == 0) return fail(Error::Kind::not_found, "no shared iFC set is called " + name);
    return {};
  });
}

Result<void> Registry::allow(const AsPermission& permission) {
  return write<void>(database_, [&](soci::session& sql, Writer&) -> Result<void> {
    const int reference = static_cast<int>(permission.reference);
    const int operations = permission.operations;
    sql << "INSERT INTO as_permission (host, reference, service, operations) VALUES (:h, :r, :s, :o) ON CONFLICT "
           "(host, reference, service) DO UPDATE SET operations = operations | excluded.operations",
        soci::use(permission.host), soci::use(reference), soci::use(permission.service_indication),
        soci::use(operations);
    move_version(sql);
    return {};
  });
}

namespace {

/// The hosts' subscriptions to notifications that no entry of the list covers.
std::vector<ports::NotificationUnsubscription> not_covered(soci::session& sql, const std::string& hosts) {
  const auto registry = RegistrySnapshot::read(sql);
  long long subscription = 0;
  int reference = 0;
  std::string host;
  std::string impu;
  std::string service;
  std::vector<ports::NotificationUnsubscription> out;
  soci::statement st =
      (sql.prepare << "SELECT subscription_id, reference, host, impu, service FROM notification",
       soci::into(subscription), soci::into(reference), soci::into(host), soci::into(impu), soci::into(service));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    if (!host_matches(hosts, host)) continue;
    const auto data = static_cast<DataReference>(reference);
    const std::string_view asked = is_repository(data) ? std::string_view(service) : std::string_view{};
    const bool covered =
        std::any_of(registry.permissions.begin(), registry.permissions.end(), [&](const AsPermission& p) {
          return host_matches(p.host, host) && covers(p, ShOperation::subscribe, data, asked);
        });
    if (!covered) out.push_back({subscription, host, Impu::trusted(impu), data, service});
  }
  return out;
}

}  // namespace

Result<Registry::Denied> Registry::deny(const AsPermission& permission, bool everything) {
  return write<Denied>(database_, [&](soci::session& sql, Writer& writer) -> Result<Denied> {
    const int reference = static_cast<int>(permission.reference);
    const int kept = 7 & ~permission.operations;
    const int all = everything ? 1 : 0;
    soci::statement st = (sql.prepare << "UPDATE as_permission SET operations = operations & :k WHERE host = :h AND "
                                         "(:all = 1 OR (reference = :r AND service = :s))",
                          soci::use(kept), soci::use(permission.host), soci::use(all), soci::use(reference),
                          soci::use(permission.service_indication));
    st.execute(true);
    const auto changed = static_cast<std::size_t>(st.get_affected_rows());
    sql << "DELETE FROM as_permission WHERE operations = 0";
    move_version(sql);
    if (changed == 0) return fail(Error::Kind::not_found, permission.host + " has no such permission");
    const auto ended = not_covered(sql, permission.host);
    for (const auto& subscription : ended) writer(subscription);
    return Denied{changed, ended.size()};
  });
}

Result<std::vector<AsPermission>> Registry::permissions() {
  return read<std::vector<AsPermission>>(database_, [&](soci::session& sql) {
    const auto registry = RegistrySnapshot::read(sql);
    return registry.permissions;
  });
}

Result<std::vector<SharedIfc>> Registry::shared_ifcs() {
  return read<std::vector<SharedIfc>>(database_, [&](soci::session& sql) {
    std::vector<SharedIfc> out;
    soci::rowset<soci::row> rows = (sql.prepare << "SELECT name, set_id, xml FROM shared_ifc ORDER BY name");
    for (const auto& row : rows) {
      out.push_back({row.get<std::string>(0), static_cast<std::uint32_t>(row.get<int>(1)), row.get<std::string>(2)});
    }
    return out;
  });
}

}  // namespace vouchsafe::store
