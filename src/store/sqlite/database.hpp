#pragma once

#include "domain/result.hpp"
#include "ports/events.hpp"
#include "store/sql/registry_snapshot.hpp"
#include "store/sqlite/log_watch.hpp"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace soci {
class session;
}

namespace vouchsafe::store {

/// How the database is opened; the defaults are the shipped configuration's.
struct DatabaseOptions {
  std::string path;
  std::size_t cache_kib = 16 * 1024;         ///< page cache of one connection
  std::size_t mmap_mib = 1024;               ///< most of the file mapped into memory; the kernel may drop it
  std::chrono::milliseconds deadline{2000};  ///< longest wait for another process's lock
};

/// Whether the store answers, told when it changes and not once a request.
class Health {
 public:
  explicit Health(ports::Publisher& events) : events_(events) {}
  /// What works apart from the others: where nothing can be written, what is read says nothing about it.
  enum class Part : std::uint8_t { files = 1, reads = 2, writes = 4 };
  void down(Part part, std::string_view why) noexcept;
  void up(Part part) noexcept;
  /// Whether a part works: where the files are not there, none does.
  [[nodiscard]] bool ok(Part part) const {
    return (down_.load(std::memory_order_relaxed) &
            (static_cast<unsigned>(part) | static_cast<unsigned>(Part::files))) == 0;
  }
  [[nodiscard]] bool ok() const { return down_.load(std::memory_order_relaxed) == 0; }

 private:
  ports::Publisher& events_;
  std::atomic<unsigned> down_{0};  ///< parts
};

/// One connection with its prepared statements. Used by one thread at a time.
class Connection;

/// A database file and its connections. Notices when the file is taken away or replaced, and then gives no connection
/// to what is no longer there. Safe from many threads at once.
class Database {
 public:
  Database(DatabaseOptions options, Health& health);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  struct Returner {
    Database* home = nullptr;
    void operator()(Connection* connection) const noexcept;
  };
  /// A connection, given back at the end by the thread that it was given to.
  using Lease = std::unique_ptr<Connection, Returner>;

  /// \return a connection; unavailable when the file or its log is gone, was made shorter, or cannot be opened
  Result<Lease> lease();

  /// \return whether the file that the connection was opened on is still the one at the path, its log beside it, and
  /// neither was made shorter. Two system calls.
  [[nodiscard]] bool still_there(Connection& connection) const;
  /// Has the files looked at with the next lease.
  void suspect() { next_check_ms_.store(0, std::memory_order_relaxed); }
  Health& health() { return health_; }
  [[nodiscard]] const LatestRegistry& registry() const { return registry_; }
  [[nodiscard]] const DatabaseOptions& options() const { return options_; }

  /// Opens the file for the first time. \param create makes it, and brings its schema up to date
  /// \return unavailable, with what to do, when it does not exist, is no database of ours, newer, locked or read-only
  Result<void> open(bool create);

 private:
  struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
  };
  [[nodiscard]] bool identify(FileIdentity& identity) const;
  Result<std::unique_ptr<Connection>> connect();
  /// Whether the log holds what was written to it.
  enum class Whole : std::uint8_t { yes, no, not_known };
  Whole is_whole(Connection& connection) const;
  /// At most every tenth of a second: has something changed under us? \return why there is no connection; empty: there
  /// is one
  std::string check_files();
  void check_database();
  void check_log();
  void leave_log();
  void give_back(Connection* connection) noexcept;

  DatabaseOptions options_;
  Health& health_;
  LatestRegistry registry_;
  mutable std::mutex mutex_;
  FileIdentity opened_;
  std::uint64_t generation_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t lent_ = 0;
  LogWatch log_;
  bool log_gone_ = false;     ///< all connections are to be closed before one is opened again
  std::uint64_t faults_ = 0;  ///< of mapped reads, before the file was opened
  struct Damaged {
    FileIdentity file;
    std::string what;
  };
  Damaged damaged_;  ///< one that was taken away since
  std::string cut_;  ///< what was made shorter; empty: nothing. Nothing is read or written until a restart
  std::atomic<std::int64_t> next_check_ms_{0};
  std::atomic<bool> usable_{false};
};

}  // namespace vouchsafe::store
