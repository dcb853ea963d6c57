#pragma once

#include "ports/sealing_ring.hpp"
#include "store/sqlite/database.hpp"

#include <cstdint>

namespace vouchsafe::store {

/// The database's account of the keys that seal its secrets: their numbers, a check value for each, and which one
/// seals. What changes the key file happens in a write transaction of the database, so that nobody changes it at the
/// same time and what is read of both belongs together.
class SealingKeys {
 public:
  SealingKeys(Database& database, ports::SealingRing& ring) : database_(database), ring_(ring) {}

  /// Compares the key file with the account, and makes the ring seal with the current key. A database without an
  /// account takes over the keys of a file that opens its secrets. \return unavailable, with what to do, when a key is
  /// missing or is another one
  Result<void> agree();

  /// Adds a fresh key; from now on it alone seals. Old ones stay, to open. \return its number
  Result<std::uint32_t> rotate();

  /// Drops the keys that no secret is sealed with, from the account and then from the file.
  /// \return how many went from the file
  Result<std::size_t> prune();

 private:
  Database& database_;
  ports::SealingRing& ring_;
};

/// \return unavailable, with what to do, for a database whose secrets need a key file that is there already
Result<void> needs_no_key_file(Database& database);

/// For the transaction that writes sealed secrets. \param sealed_with the number of the key that sealed them
/// \return conflict when another key seals by now
Result<void> check_current(soci::session& sql, std::uint32_t sealed_with);

}  // namespace vouchsafe::store
