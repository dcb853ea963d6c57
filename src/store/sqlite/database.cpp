#include "store/sqlite/database.hpp"

#include "store/sql/find_statements.hpp"
#include "store/sql/sql_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/mapped_reads.hpp"
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

void Health::down(Part part, std::string_view why) noexcept {
  const auto bit = static_cast<unsigned>(part);
  if (part != Part::files && (down_.load() & static_cast<unsigned>(Part::files)) != 0) return;  // it follows from that
  if (down_.fetch_or(bit) != 0) return;
  try {
    events_.publish(ports::StoreDown{std::string(why)});
  } catch (const std::exception&) {
    events_.publish(ports::StoreDown{});
  }
}

void Health::up(Part part) noexcept {
  const auto bit = static_cast<unsigned>(part);
  if ((down_.load(std::memory_order_relaxed) & bit) == 0) return;
  if (down_.fetch_and(~bit) == bit) events_.publish(ports::StoreUp{});
}

namespace {

sqlite_api::sqlite3* handle_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

constexpr int page_size = 1024;
/// The checkpoint thread keeps the log short; a writer only helps when that cannot keep up.
constexpr int frames_to_help_at = 100'000;

int after_commit(void* log, sqlite_api::sqlite3* db, const char* name, int frames) {
  static_cast<LogWatch*>(log)->committed(static_cast<std::uint64_t>(frames), page_size);
  if (frames >= frames_to_help_at)
    (void)sqlite_api::sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

}  // namespace

Connection::Connection(const DatabaseOptions& options, LatestRegistry& latest, LogWatch& log)
    : session_(soci::sqlite3, "db=\"" + options.path + "\""), latest_(latest), log_(log) {
  const auto pragma = [&](const std::string& text) { session_ << "PRAGMA " + text; };
  wait_at_most(options.deadline);
  // Only an empty file takes it. Small pages: a registration changes one row, and its page is what is logged and
  // copied.
  pragma("page_size = " + std::to_string(page_size));
  pragma("journal_mode = WAL");
  pragma("synchronous = FULL");
  pragma("foreign_keys = ON");
  pragma("cache_size = -" + std::to_string(options.cache_kib));
  pragma("mmap_size = " + std::to_string(options.mmap_mib * 1024 * 1024));
  (void)sqlite_api::sqlite3_wal_hook(handle_of(session_), after_commit, &log_);
}

Connection::~Connection() = default;

bool Connection::checkpoint() {
  int frames = 0;
  int copied = 0;
  const int rc =
      sqlite_api::sqlite3_wal_checkpoint_v2(handle_of(session_), nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
  if ((rc & 0xFF) == SQLITE_BUSY) return false;
  if (rc != SQLITE_OK) throw std::runtime_error(sqlite_api::sqlite3_errstr(rc));
  log_.committed(static_cast<std::uint64_t>(std::max(frames, 0)), page_size);
  return copied == frames;
}

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

Database::Database(DatabaseOptions options, Health& health)
    : options_(std::move(options)), health_(health), log_(options_.path) {
  configure_sqlite();
  mapped_reads::install();
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
  return generation == generation_ && identify(now) && now == opened_ && cut_.empty() && !log_gone_ &&
         mapped_reads::faults() == faults_ && log_.look() == LogWatch::Found::sound;
}

Result<std::unique_ptr<Connection>> Database::connect() {
  try {
    // Before it is opened: one that is opened on a file that goes meanwhile must not pass for one on its successor.
    const auto generation = [this] {
      const std::lock_guard lock(mutex_);
      return generation_;
    }();
    auto connection = std::make_unique<Connection>(options_, registry_, log_);
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
  mapped_reads::begin();
  const std::shared_ptr<void> end(nullptr, [](void*) { mapped_reads::end(); });
  faults_ = mapped_reads::faults();
  try {
    auto connection = std::make_unique<Connection>(options_, registry_, log_);
    if (auto migrated = migrate(connection->sql()); !migrated) return migrated;
    // Writing shows now, rather than at the first registration, that the file and its folder can be written.
    Transaction transaction(connection->sql(), Transaction::Kind::write);
    connection->sql() << "UPDATE registry SET version = version";
    transaction.commit();
    const std::lock_guard lock(mutex_);
    if (!identify(opened_)) return unavailable(options_.path + " vanished while it was opened");
    usable_ = true;
    connection->generation = generation_;
    idle_.push_back(std::move(connection));
    return {};
  } catch (const std::exception& e) {
    return unavailable(options_.path + ": " + e.what() + advice_for(sqlite_code(e)));
  }
}

void Database::check_database() {
  FileIdentity identity;
  const bool there = identify(identity);
  if (there && identity == opened_) return;
  idle_.clear();
  ++generation_;
  opened_ = identity;
  log_.forget();
  log_gone_ = false;
  cut_.clear();
  faults_ = mapped_reads::faults();
}

/// What is in a log that was taken away is still in the hands of those who had it open: it is copied into the database
/// before they close. Nobody else's connection may be open then.
void Database::leave_log() {
  if (!log_gone_ || lent_ != 0) return;
  try {
    if (!idle_.empty() && !idle_.back()->checkpoint()) return;  // tried again with the next request
  } catch (const std::exception&) {
    cut_ = options_.path + "-wal";
  }
  idle_.clear();
  ++generation_;
  log_.forget();
  log_gone_ = false;
}

void Database::check_log() {
  if (mapped_reads::faults() != faults_) cut_ = options_.path;
  const auto found = log_.look();
  if (found == LogWatch::Found::gone) log_gone_ = true;
  if (found != LogWatch::Found::cut || idle_.empty()) return;
  // Another process may have copied all of it into the database, and emptied it: SQLite knows.
  try {
    (void)idle_.back()->checkpoint();
  } catch (const std::exception&) {
    cut_ = options_.path + "-wal";
  }
  if (log_.look() == LogWatch::Found::cut) cut_ = options_.path + "-wal";
}

std::string Database::check_files() {
  const std::int64_t now = monotonic_ms();
  std::int64_t due = next_check_ms_.load(std::memory_order_relaxed);
  const bool mine = now >= due && next_check_ms_.compare_exchange_strong(due, now + check_every_ms);
  if (!mine && usable_.load(std::memory_order_relaxed)) return {};
  const std::lock_guard lock(mutex_);
  mapped_reads::begin();
  if (mine) {
    check_database();
    if (opened_.inode != 0) check_log();
  }
  leave_log();
  mapped_reads::end();
  std::string why;
  if (opened_.inode == 0) {
    why = "the file is gone: " + options_.path;
  } else if (!cut_.empty()) {
    why = "was made shorter while it was open: " + cut_ +
          "; what was written last may be lost: restore a backup, and start again";
  } else if (log_gone_) {
    why = "the write-ahead log is gone: " + options_.path + "-wal";
  }
  usable_ = why.empty();
  return why;
}

Database::Lease Database::lend(std::unique_ptr<Connection> connection) {
  health_.up(Health::Part::files);
  mapped_reads::begin();
  return {connection.release(), Returner{this}};
}

Result<Database::Lease> Database::lease() {
  if (const std::string why = check_files(); !why.empty()) {
    health_.down(Health::Part::files, why);
    return unavailable(why);
  }
  {
    const std::lock_guard lock(mutex_);
    ++lent_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return lend(std::move(connection));
    }
  }
  auto made = connect();
  if (made) return lend(std::move(*made));
  {
    const std::lock_guard lock(mutex_);
    --lent_;
  }
  health_.down(Health::Part::files, made.error().detail);
  return tl::unexpected<Error>(made.error());
}

void Database::give_back(Connection* connection) noexcept {
  std::unique_ptr<Connection> owned(connection);
  mapped_reads::end();
  const std::lock_guard lock(mutex_);
  --lent_;
  if (!owned->broken && owned->generation == generation_) {
    idle_.push_back(std::move(owned));
    return;
  }
  owned.reset();
  if (idle_.empty() && lent_ == 0) log_.forget();  // SQLite takes the log away with the last connection
}

void Database::Returner::operator()(Connection* connection) const noexcept { home->give_back(connection); }

}  // namespace vouchsafe::store
