#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/repository.hpp"
#include "domain/wildcard.hpp"

#include <soci/soci.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vouchsafe::store {

/// A connection's copy of the registry: authorizers, the operator's pools, the AS permission list. Every read of a
/// subscription reads the registry's version in the same snapshot; the copy counts only for that version, so it never
/// says what the snapshot would not.
class RegistryCache {
 public:
  struct Pool {
    RegisteredGrant grant;
    WildcardedIdentity wildcard;
  };

  [[nodiscard]] bool is(std::uint64_t version) const { return version_ == version; }
  /// Reads it all; a transaction of the caller's makes the snapshot. Throws soci::soci_error.
  void load(soci::session& sql);

  [[nodiscard]] const Authorizer* by_id(int id) const;
  [[nodiscard]] const Authorizer* by_name(const std::string& name) const;
  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }
  /// The AS permission list.
  [[nodiscard]] const std::vector<AsPermission>& permissions() const { return permissions_; }

 private:
  std::uint64_t version_ = 0;  ///< the registry's begins with 1
  std::map<int, Authorizer> by_id_;
  std::map<std::string, int, std::less<>> ids_;
  std::vector<Pool> pools_;
  std::vector<AsPermission> permissions_;
};

}  // namespace vouchsafe::store
