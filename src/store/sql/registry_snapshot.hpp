#pragma once

#include "domain/authorizers.hpp"
#include "domain/repository.hpp"
#include "store/sql/pools.hpp"

#include <soci/soci.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vouchsafe::store {

/// The registry at one version: authorizers, the operator's pools, the AS permission list. Never changes. Every read of
/// a subscription reads the registry's version in the same snapshot of the database; what is here counts only for that
/// version, so it never says what the database would not.
struct RegistrySnapshot {
  RegistrySnapshot() = default;
  RegistrySnapshot(RegistrySnapshot&&) = default;
  std::uint64_t version = 0;  ///< the database's begins with 1
  Authorizers authorizers{};
  std::map<int, const Authorizer*> by_number{};  ///< in the tables; they are those of `authorizers`
  Pools pools{};
  std::vector<AsPermission> permissions{};  ///< the AS permission list

  /// Reads it all; a transaction of the caller's makes the snapshot. Throws soci::soci_error.
  static RegistrySnapshot read(soci::session& sql);
  [[nodiscard]] const Authorizer* by_id(int id) const;
};

/// The process's latest snapshot: when the registry changes, one connection reads it, and the others take it from here.
/// Safe from many threads at once.
class LatestRegistry {
 public:
  /// \param file tells a database file from one that was put in its place; versions are of one file
  /// \return what is known of that version; nullptr: nothing
  [[nodiscard]] std::shared_ptr<const RegistrySnapshot> get(std::uint64_t file, std::uint64_t version) const;
  /// The latest, of whatever version; nullptr: none was read.
  [[nodiscard]] std::shared_ptr<const RegistrySnapshot> get() const;
  void put(std::uint64_t file, std::shared_ptr<const RegistrySnapshot> snapshot);
  /// How often it was read from a database.
  [[nodiscard]] std::uint64_t reads() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t file_ = 0;
  std::shared_ptr<const RegistrySnapshot> latest_;
  std::uint64_t reads_ = 0;
};

}  // namespace vouchsafe::store
