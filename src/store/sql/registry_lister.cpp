#include "store/sql/registry_lister.hpp"

#include "store/sql/authorizer_rows.hpp"
#include "store/sql/sql_grants.hpp"
#include "store/sqlite/with_connection.hpp"

namespace vouchsafe::store {
namespace {

template <class T, class Body>
Result<T> read(Database& database, Body body) {
  return with_connection<T>(database, [&](Connection& connection) { return body(connection.sql()); });
}

}  // namespace

Result<std::vector<Authorizer>> RegistryLister::authorizers() {
  return read<std::vector<Authorizer>>(database_, [&](soci::session& sql) {
    std::vector<Authorizer> out;
    for (auto& [number, authorizer] : read_authorizers(sql)) out.push_back(std::move(authorizer));
    return out;
  });
}

Result<std::vector<Grant>> RegistryLister::grants(const std::optional<std::string>& subject,
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

Result<std::vector<AsPermission>> RegistryLister::permissions() {
  return read<std::vector<AsPermission>>(database_, [&](soci::session& sql) {
    const auto registry = RegistrySnapshot::read(sql);
    return registry.permissions;
  });
}

Result<std::vector<SharedIfc>> RegistryLister::shared_ifcs() {
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
