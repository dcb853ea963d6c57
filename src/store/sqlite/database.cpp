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

/// The thread reads what SQLite has mapped.
class Reading {
 public:
  Reading() { mapped_reads::begin(); }
  ~Reading() { mapped_reads::end(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
};

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
  hold_authorizers();
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
  const int code = rc & 0xFF;
  if (code == SQLITE_BUSY || code == SQLITE_FULL) return false;
  if (rc != SQLITE_OK) throw std::runtime_error(sqlite_api::sqlite3_errstr(rc));
  log_.committed(static_cast<std::uint64_t>(std::max(frames, 0)), page_size);
  return copied == frames;
}

void Connection::wait_at_most(std::chrono::milliseconds time) {
  session_ << "PRAGMA busy_timeout = " + std::to_string(time.count());
}

/// By a count of this connection's own: threads that count holders in one place wait for each other at every request.
void Connection::hold_authorizers() {
  const auto own = std::make_shared<const std::shared_ptr<const RegistrySnapshot>>(registry_);
  authorizers_ = {own, &registry_->authorizers};
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
  hold_authorizers();
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
Database::~Database() {
  const Reading reading;
  idle_.clear();
}

bool Database::identify(FileIdentity& identity) const {
  struct stat info {};
  if (::stat(options_.path.c_str(), &info) != 0) return false;
  identity = {info.st_dev, info.st_ino};
  return true;
}

bool Database::still_there(Connection& connection) const {
  FileIdentity opened;
  {
    const std::lock_guard lock(mutex_);
    if (connection.generation != generation_ || !cut_.empty() || log_gone_) return false;
    if (mapped_reads::faults() != faults_) return false;
    opened = opened_;
  }
  FileIdentity now;
  if (!identify(now) || !(now == opened)) return false;
  return is_whole(connection) == Whole::yes;
}

/// Where the log is shorter than it was, another process may have copied all of it into the database, and emptied it:
/// SQLite knows.
Database::Whole Database::is_whole(Connection& connection) const {
  const auto found = log_.look();
  if (found == LogWatch::Found::sound) return Whole::yes;
  if (found == LogWatch::Found::gone) return Whole::no;
  try {
    if (!connection.checkpoint()) return Whole::not_known;
  } catch (const std::exception&) {
    return Whole::no;
  }
  return log_.look() == LogWatch::Found::sound ? Whole::yes : Whole::no;
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
  const Reading reading;
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
  if (!cut_.empty()) damaged_ = {opened_, cut_};
  idle_.clear();
  ++generation_;
  opened_ = identity;
  log_.forget();
  log_gone_ = false;
  cut_ = there && damaged_.file == identity ? damaged_.what : std::string{};  // moved away and back, it is no better
  faults_ = mapped_reads::faults();
}

/// What is in a log that was taken away is still in the hands of those who had it open: one of them copies it into the
/// database before all are closed. One that was opened since has another log.
void Database::leave_log() {
  if (!log_gone_ || lent_ != 0 || !cut_.empty()) return;
  bool copied = idle_.empty();
  bool can_be_tried_again = false;
  for (const auto& connection : idle_) {
    try {
      copied = connection->checkpoint();
      can_be_tried_again = can_be_tried_again || !copied;
    } catch (const std::exception&) {
      continue;
    }
    if (copied) break;
  }
  if (!copied) {
    if (!can_be_tried_again) cut_ = options_.path + "-wal";
    return;
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
  if (is_whole(*idle_.back()) == Whole::no) cut_ = options_.path + "-wal";
}

std::string Database::check_files() {
  const std::int64_t now = monotonic_ms();
  std::int64_t due = next_check_ms_.load(std::memory_order_relaxed);
  const bool mine = now >= due && next_check_ms_.compare_exchange_strong(due, now + check_every_ms);
  if (!mine && usable_.load(std::memory_order_relaxed)) return {};
  const std::lock_guard lock(mutex_);
  const Reading reading;
  if (mine) {
    check_database();
    if (opened_.inode != 0) check_log();
  }
  leave_log();
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

Result<Database::Lease> Database::lease() {
  if (const std::string why = check_files(); !why.empty()) {
    health_.down(Health::Part::files, why);
    return unavailable(why);
  }
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    ++lent_;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  mapped_reads::begin();
  if (!connection) {
    auto made = connect();
    if (!made) {
      mapped_reads::end();
      {
        const std::lock_guard lock(mutex_);
        --lent_;
      }
      health_.down(Health::Part::files, made.error().detail);
      return tl::unexpected<Error>(made.error());
    }
    connection = std::move(*made);
  }
  health_.up(Health::Part::files);
  return Lease(connection.release(), Returner{this});
}

void Database::give_back(Connection* connection) noexcept {
  std::unique_ptr<Connection> owned(connection);
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (!owned->broken && owned->generation == generation_) {
      idle_.push_back(std::move(owned));
    } else {
      owned.reset();
      if (idle_.empty() && lent_ == 0) log_.forget();  // SQLite takes the log away with the last connection
    }
  }
  mapped_reads::end();
}

void Database::Returner::operator()(Connection* connection) const noexcept { home->give_back(connection); }

}  // namespace vouchsafe::store
