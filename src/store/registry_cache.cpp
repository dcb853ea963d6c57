#include "store/registry_cache.hpp"

#include "store/sql_grants.hpp"

namespace vouchsafe::store {

void RegistryCache::load(soci::session& sql) {
  by_id_.clear();
  ids_.clear();
  pools_.clear();
  permissions_.clear();
  long long version = 0;
  sql << "SELECT version FROM registry", soci::into(version);
  soci::rowset<soci::row> authorizers = (sql.prepare << "SELECT id, name, suspended, token_required FROM authorizer");
  for (const auto& row : authorizers) {
    const auto state = static_cast<Authorizer::State>(row.get<int>(2));
    by_id_.emplace(row.get<int>(0),
                   Authorizer{AuthorizerName::trusted(row.get<std::string>(1)), state, row.get<int>(3) != 0});
    ids_.emplace(row.get<std::string>(1), row.get<int>(0));
  }
  FindStatements::GrantRow row;
  row.kind = static_cast<int>(Grant::Subject::pool);
  soci::statement pools =
      (sql.prepare << "SELECT subject, authorizer_id, not_before, not_after, wwsf FROM pool", soci::into(row.subject),
       soci::into(row.authorizer), soci::into(row.not_before, row.not_before_null),
       soci::into(row.not_after, row.not_after_null), soci::into(row.wwsf, row.wwsf_null));
  for (bool more = pools.execute(true); more; more = pools.fetch()) {
    const Authorizer* authorizer = by_id(row.authorizer);
    auto wildcard = WildcardedIdentity::parse(Impu::trusted(row.subject));
    if (authorizer != nullptr && wildcard) pools_.push_back({to_grant(row, *authorizer), std::move(*wildcard)});
  }
  soci::rowset<soci::row> permissions =
      (sql.prepare << "SELECT host, reference, service, operations FROM as_permission");
  for (const auto& p : permissions) {
    permissions_.push_back({p.get<std::string>(0), static_cast<DataReference>(p.get<int>(1)), p.get<std::string>(2),
                            static_cast<std::uint8_t>(p.get<int>(3))});
  }
  version_ = static_cast<std::uint64_t>(version);
}

const Authorizer* RegistryCache::by_id(int id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

const Authorizer* RegistryCache::by_name(const std::string& name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? nullptr : by_id(found->second);
}

}  // namespace vouchsafe::store
