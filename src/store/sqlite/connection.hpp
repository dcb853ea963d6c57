#pragma once

#include "store/sql/registry_snapshot.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/log_watch.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace vouchsafe::store {

struct FindStatements;
struct WriteStatements;

/// A SOCI session on the database, and the statements that were prepared on it.
class Connection {
 public:
  /// Throws soci::soci_error.
  /// \param log hears of each commit
  Connection(const DatabaseOptions& options, LatestRegistry& latest, LogWatch& log);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  soci::session& sql() { return session_; }
  FindStatements& find();
  WriteStatements& write();
  /// Copies the write-ahead log into the database, as far as nobody reads an older state of it. Throws
  /// std::runtime_error where it cannot be read.
  /// \return whether all of it is copied, and its size is known to the LogWatch; false as well where another process is
  /// at it, or the disk is full
  bool checkpoint();
  /// Sets how long it waits for another process's lock.
  void wait_at_most(std::chrono::milliseconds time);

  /// The registry as this connection knows it; whether that is the snapshot's is asked by its version.
  [[nodiscard]] const RegistrySnapshot& registry() const { return *registry_; }
  /// Who can vouch, as it knows them.
  [[nodiscard]] std::shared_ptr<const Authorizers> authorizers() const { return authorizers_; }
  /// Takes the version that the caller's transaction sees. Throws soci::soci_error.
  void renew_registry();

  std::uint64_t generation = 0;  ///< of the file that it was opened on
  bool broken = false;           ///< an error left it in a state that is not worth keeping

 private:
  void hold_authorizers();
  soci::session session_;
  LatestRegistry& latest_;
  LogWatch& log_;
  std::shared_ptr<const RegistrySnapshot> registry_ = std::make_shared<const RegistrySnapshot>();
  std::shared_ptr<const Authorizers> authorizers_;  ///< of `registry_`
  std::unique_ptr<FindStatements> find_;
  std::unique_ptr<WriteStatements> write_;
};

/// Runs a query for at most one row, and to its end: a statement that has not ended keeps the connection in its old
/// snapshot. \return whether there was a row
inline bool fetch_one(soci::statement& statement) {
  const bool found = statement.execute(true);
  while (found && statement.fetch()) continue;
  return found;
}

/// BEGIN … COMMIT around a scope; rolled back unless committed.
class Transaction {
 public:
  enum class Kind : std::uint8_t { read, write };
  Transaction(soci::session& session, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  soci::session& session_;
  bool open_ = true;
};

}  // namespace vouchsafe::store
