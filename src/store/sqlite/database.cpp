#include "store/sqlite/database.hpp"

#include "store/sql/find_statements.hpp"
#include "store/sql/writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/sql_error.hpp"

#include <sys/stat.h>

#include <utility>

namespace vouchsafe::store {
namespace {

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

constexpr std::int64_t check_every_ms = 100;

/// A connection is used by one thread at a time, and nobody asks SQLite how much memory it has: without these two the
/// threads would wait for each other at every allocation. In a process that uses SQLite already they do not take, which
/// only costs speed.
void configure_sqlite() {
  static const bool once = [] {
    (void)sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
  (void)once;
}

/// What to do about a database that cannot be opened.
const char* advice_for(int code) {
  switch (code) {
    case SQLITE_NOTADB:
      return "; name another file, or make a new one with vouchctl init";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another process holds it: end that, or wait";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return "; the file and its folder must be writable for the user that runs this";
    default:
      return "";
  }
}

}  // namespace

void Health::down(std::string_view why) noexcept {
  if (!ok_.exchange(false)) return;
  try {
    events_.publish(ports::StoreDown{std::string(why)});
  } catch (const std::exception&) {
    events_.publish(ports::StoreDown{});
  }
}

void Health::up() noexcept {
  if (!ok_.exchange(true)) events_.publish(ports::StoreUp{});
}

Connection::Connection(const DatabaseOptions& options, LatestRegistry& latest)
    : session_(soci::sqlite3, "db=\"" + options.path + "\""), latest_(latest) {
  const auto pragma = [&](const std::string& text) { session_ << "PRAGMA " + text; };
  wait_at_most(options.deadline);
  // Only an empty file takes it. Small pages: a registration changes one row, and its page is what is logged and
  // copied.
  pragma("page_size = 1024");
  pragma("journal_mode = WAL");
  pragma("synchronous = FULL");
  pragma("foreign_keys = ON");
  pragma("cache_size = -" + std::to_string(options.cache_kib));
  pragma("mmap_size = " + std::to_string(options.mmap_mib * 1024 * 1024));
  // The checkpoint thread keeps the log short; a writer only helps when that cannot keep up.
  pragma("wal_autocheckpoint = 100000");
}

Connection::~Connection() = default;

void Connection::wait_at_most(std::chrono::milliseconds time) {
  session_ << "PRAGMA busy_timeout = " + std::to_string(time.count());
}

void Connection::renew_registry() {
  long long version = 0;
  session_ << "SELECT version FROM registry", soci::into(version);
  auto known = latest_.get(generation, static_cast<std::uint64_t>(version));
  if (!known) {
    known = std::make_shared<const RegistrySnapshot>(RegistrySnapshot::read(session_));
    latest_.put(generation, known);
  }
  registry_ = std::move(known);
}

FindStatements& Connection::find() {
  if (!find_) find_ = std::make_unique<FindStatements>(session_);
  return *find_;
}

WriteStatements& Connection::write() {
  if (!write_) write_ = std::make_unique<WriteStatements>(session_);
  return *write_;
}

Transaction::Transaction(soci::session& session, Kind kind) : session_(session) {
  session_ << (kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    session_ << "ROLLBACK";
  } catch (const std::exception&) {
    open_ = false;  // SQLite has rolled back by itself already, as it does when the disk is full
  }
}

void Transaction::commit() {
  session_ << "COMMIT";
  open_ = false;
}

Database::Database(DatabaseOptions options, Health& health) : options_(std::move(options)), health_(health) {
  configure_sqlite();
}
Database::~Database() = default;

bool Database::identify(FileIdentity& identity) const {
  struct stat info {};
  if (::stat(options_.path.c_str(), &info) != 0) return false;
  identity = {info.st_dev, info.st_ino};
  return true;
}

bool Database::still_there(std::uint64_t generation) const {
  FileIdentity now;
  const std::lock_guard lock(mutex_);
  return generation == generation_ && identify(now) && now == opened_;
}

Result<std::unique_ptr<Connection>> Database::connect() {
  try {
    // Before it is opened: one that is opened on a file that goes meanwhile must not pass for one on its successor.
    const auto generation = [this] {
      const std::lock_guard lock(mutex_);
      return generation_;
    }();
    auto connection = std::make_unique<Connection>(options_, registry_);
    connection->generation = generation;
    return connection;
  } catch (const std::exception& e) {
    return unavailable(options_.path + ": " + e.what());
  }
}

Result<void> Database::open(bool create) {
  FileIdentity identity;
  if (!identify(identity) && !create) {
    return unavailable(options_.path + " does not exist: make it with vouchctl init");
  }
  try {
    auto connection = std::make_unique<Connection>(options_, registry_);
    if (auto migrated = migrate(connection->sql()); !migrated) return migrated;
    // Writing shows now, rather than at the first registration, that the file and its folder can be written.
    Transaction transaction(connection->sql(), Transaction::Kind::write);
    connection->sql() << "UPDATE registry SET version = version";
    transaction.commit();
    const std::lock_guard lock(mutex_);
    if (!identify(opened_)) return unavailable(options_.path + " vanished while it was opened");
    present_ = true;
    connection->generation = generation_;
    idle_.push_back(std::move(connection));
    return {};
  } catch (const std::exception& e) {
    return unavailable(options_.path + ": " + e.what() + advice_for(sqlite_code(e)));
  }
}

bool Database::check_file() {
  const std::int64_t now = monotonic_ms();
  std::int64_t due = next_check_ms_.load(std::memory_order_relaxed);
  if (now < due || !next_check_ms_.compare_exchange_strong(due, now + check_every_ms)) return present_;
  FileIdentity identity;
  const bool there = identify(identity);
  const std::lock_guard lock(mutex_);
  if (!there || !(identity == opened_)) {
    idle_.clear();
    ++generation_;
    opened_ = identity;
    present_ = there;
  } else {
    present_ = true;
  }
  return present_;
}

Result<Database::Lease> Database::lease() {
  if (!check_file()) {
    health_.down("the file is gone: " + options_.path);
    return unavailable("the database file is gone");
  }
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Lease lease(idle_.back().release(), Returner{this});
      idle_.pop_back();
      return lease;
    }
  }
  auto made = connect();
  if (!made) {
    health_.down(made.error().detail);
    return tl::unexpected<Error>(made.error());
  }
  return Lease(made->release(), Returner{this});
}

void Database::give_back(Connection* connection) noexcept {
  std::unique_ptr<Connection> owned(connection);
  if (owned->broken) return;
  const std::lock_guard lock(mutex_);
  if (owned->generation == generation_) idle_.push_back(std::move(owned));
}

void Database::Returner::operator()(Connection* connection) const noexcept { home->give_back(connection); }

}  // namespace vouchsafe::store
