#include "store/sql/registry_snapshot.hpp"

#include "store/sql/authorizer_rows.hpp"
#include "store/sql/sql_grants.hpp"

namespace vouchsafe::store {
namespace {

void read_pools(soci::session& sql, RegistrySnapshot& out) {
  FindStatements::GrantRow row;
  row.kind = static_cast<int>(Grant::Subject::pool);
  soci::statement pools =
      (sql.prepare << "SELECT subject, authorizer_id, not_before, not_after, wwsf FROM pool ORDER BY subject, "
                      "authorizer_id",
       soci::into(row.subject), soci::into(row.authorizer), soci::into(row.not_before, row.not_before_null),
       soci::into(row.not_after, row.not_after_null), soci::into(row.wwsf, row.wwsf_null));
  for (bool more = pools.execute(true); more; more = pools.fetch()) {
    if (const Authorizer* authorizer = out.by_id(row.authorizer)) out.pools.add(to_grant(row, *authorizer));
  }
}

}  // namespace

RegistrySnapshot RegistrySnapshot::read(soci::session& sql) {
  RegistrySnapshot out;
  long long version = 0;
  sql << "SELECT version FROM registry", soci::into(version);
  out.version = static_cast<std::uint64_t>(version);
  for (auto& [number, authorizer] : read_authorizers(sql)) {
    const AuthorizerName name = authorizer.name;
    out.authorizers.put(std::move(authorizer));
    out.by_number.emplace(number, out.authorizers.find(name));
  }
  read_pools(sql, out);
  const soci::rowset<soci::row> permissions =
      (sql.prepare << "SELECT host, reference, service, operations FROM as_permission");
  for (const auto& p : permissions) {
    out.permissions.push_back({p.get<std::string>(0), static_cast<DataReference>(p.get<int>(1)), p.get<std::string>(2),
                               ShOperations::from_sum(static_cast<unsigned>(p.get<int>(3)))});
  }
  return out;
}

const Authorizer* RegistrySnapshot::by_id(int id) const {
  const auto found = by_number.find(id);
  return found == by_number.end() ? nullptr : found->second;
}

std::shared_ptr<const RegistrySnapshot> LatestRegistry::get(std::uint64_t file, std::uint64_t version) const {
  const std::lock_guard lock(mutex_);
  return latest_ && file_ == file && latest_->version == version ? latest_ : nullptr;
}

std::shared_ptr<const RegistrySnapshot> LatestRegistry::get() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

void LatestRegistry::put(std::uint64_t file, std::shared_ptr<const RegistrySnapshot> snapshot) {
  const std::lock_guard lock(mutex_);
  ++reads_;
  // A connection that was slow must not take a newer one away.
  if (latest_ && file_ == file && latest_->version > snapshot->version) return;
  file_ = file;
  latest_ = std::move(snapshot);
}

std::uint64_t LatestRegistry::reads() const {
  const std::lock_guard lock(mutex_);
  return reads_;
}

}  // namespace vouchsafe::store
