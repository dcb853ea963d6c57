#include "store/sql/sql_committer.hpp"

#include "store/sql/sql_reader.hpp"
#include "store/sql/sql_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sql_error.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vouchsafe::store {

namespace {

constexpr std::chrono::milliseconds look_for_late{100};

}  // namespace

SqlCommitter::SqlCommitter(Database& database, ports::Log& log, Limits limits)
    : database_(database), log_(log), limits_(limits), finisher_([this] { run_finisher(); }), thread_([this] {
        run();
      }) {}

SqlCommitter::~SqlCommitter() { stop(); }

void SqlCommitter::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  {
    const std::lock_guard lock(done_mutex_);
    committed_all_ = true;
  }
  done_wake_.notify_one();
  finisher_.join();
}

std::size_t SqlCommitter::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void SqlCommitter::submit(std::unique_ptr<ports::Work> work) {
  bool first = false;
  const bool taken = [&] {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= limits_.queue || stopping_) return false;
    first = queue_.empty();
    queue_.push_back({std::move(work), std::chrono::steady_clock::now() + database_.options().deadline});
    return true;
  }();
  if (first) wake_.notify_one();
  if (taken) return;
  // Answered outside the lock: sending can wait for the peer, and the committer must not wait with it.
  log_.write(ports::message::overloaded{});
  work->finish(
      fail(Error::Kind::overloaded, "the committer's queue is full"));  // NOLINT(bugprone-use-after-move): not taken
}

void SqlCommitter::run() {
  while (true) {
    Batch batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), limits_.batch));
      batch.reserve(static_cast<std::size_t>(count));
      std::move(queue_.begin(), queue_.begin() + count, std::back_inserter(batch));
      queue_.erase(queue_.begin(), queue_.begin() + count);
    }
    commit(std::move(batch));
  }
}

void SqlCommitter::commit(Batch batch) {
  Result<void> outcome = write(batch);
  if (outcome) {
    database_.health().up(Health::Part::writes);
  } else {
    database_.health().down(Health::Part::writes, outcome.error().detail);
  }
  {
    const std::lock_guard lock(done_mutex_);
    done_.push_back({std::move(batch), std::move(outcome)});
  }
  done_wake_.notify_one();
}

void SqlCommitter::run_finisher() {
  while (true) {
    std::deque<Done> finished;
    {
      std::unique_lock lock(done_mutex_);
      done_wake_.wait_for(lock, look_for_late, [this] { return committed_all_ || !done_.empty(); });
      if (done_.empty() && committed_all_) return;
      finished.swap(done_);
    }
    for (auto& [batch, outcome] : finished) {
      for (auto& entry : batch)
        entry.work->finish(outcome && entry.failure ? Result<void>(tl::unexpected<Error>(*entry.failure)) : outcome);
    }
    finish_late();
  }
}

/// Works that wait behind a batch that waits for somebody else's lock.
void SqlCommitter::finish_late() {
  Batch late;
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    while (!queue_.empty() && queue_.front().late <= now) {
      late.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
  }
  if (late.empty()) return;
  const auto outcome = unavailable("nothing could be written in time");
  database_.health().down(Health::Part::writes, outcome.value().detail);
  for (auto& entry : late) entry.work->finish(outcome);
}

/// Hands those of a batch that nobody waits for any more over to be answered.
void SqlCommitter::take_late(Batch& batch, const Result<void>& outcome) {
  const auto now = std::chrono::steady_clock::now();
  const auto first =
      std::stable_partition(batch.begin(), batch.end(), [&](const Entry& entry) { return entry.late > now; });
  if (first == batch.end()) return;
  Batch late(std::make_move_iterator(first), std::make_move_iterator(batch.end()));
  batch.erase(first, batch.end());
  {
    const std::lock_guard lock(done_mutex_);
    done_.push_back({std::move(late), outcome});
  }
  done_wake_.notify_one();
}

void SqlCommitter::blame(Entry& entry, const std::exception& thrown) {
  const std::string why = text_of(thrown);
  log_.write(ports::message::escaped_exception{.where = "committer", .what = why});
  entry.failure = Error{Error::Kind::unavailable, why};
}

/// What one request makes its procedure throw concerns that request alone; the database's own errors concern all.
ports::Writes SqlCommitter::prepare(Entry& entry, const ports::SubscriberReader& reader) {
  try {
    return entry.work->prepare(reader);
  } catch (const soci::soci_error&) {
    throw;
  } catch (const std::exception& e) {
    blame(entry, e);
    return {};
  }
}

/// One transaction for all of them. \return false when some entry's writes could not be applied: that one is blamed,
/// and nothing is written. Throws what the database itself fails with.
bool SqlCommitter::write_at_once(Connection& connection, Batch& batch) {
  Transaction transaction(connection.sql(), Transaction::Kind::write);
  SqlWriter writer(connection.sql(), connection.write());
  const ConnectionReader reader(connection, true);
  for (auto& entry : batch) {
    const ports::Writes writes = prepare(entry, reader);
    try {
      writer.apply(writes);
    } catch (const std::exception& e) {
      if (blame_for(e) == Blame::database) throw;
      blame(entry, e);
      return false;
    }
  }
  transaction.commit();
  return true;
}

/// The same, each entry behind a savepoint: however many cannot be applied, the others are written now.
void SqlCommitter::write_one_by_one(Connection& connection, Batch& batch) {
  Transaction transaction(connection.sql(), Transaction::Kind::write);
  SqlWriter writer(connection.sql(), connection.write());
  const ConnectionReader reader(connection, true);
  for (auto& entry : batch) {
    if (entry.failure) continue;
    connection.sql() << "SAVEPOINT entry";
    try {
      writer.apply(prepare(entry, reader));
    } catch (const std::exception& e) {
      if (blame_for(e) == Blame::database) throw;
      connection.sql() << "ROLLBACK TO entry";
      blame(entry, e);
    }
    connection.sql() << "RELEASE entry";
  }
  transaction.commit();
}

/// What stands in the way of others is not every work's failure: the whole batch is tried again, without those whose
/// time is over.
Result<void> SqlCommitter::write(Batch& batch) {
  constexpr std::chrono::milliseconds pause{5};
  for (bool again = false;;) {
    auto outcome = try_to_write(batch, batch.front().late, again);  // the oldest
    if (outcome || !again) return outcome;
    std::this_thread::sleep_for(pause);
    take_late(batch, outcome);
    if (batch.empty()) return outcome;
  }
}

/// \param deadline until when another process's lock is waited for \param again whether there was a try before; it gets
/// whether the failure of this one may pass
Result<void> SqlCommitter::try_to_write(Batch& batch, std::chrono::steady_clock::time_point deadline, bool& again) {
  constexpr std::chrono::milliseconds worth_it{50};
  const auto waited_before = std::chrono::steady_clock::now() + database_.options().deadline - deadline;
  bool waited = std::exchange(again, false) || waited_before > worth_it;
  auto lease = database_.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  Connection& connection = **lease;
  // All tries together wait for others no longer than one would.
  const auto wait_for_the_rest = [&] {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    connection.wait_at_most(std::max(left, std::chrono::milliseconds{0}));
  };
  for (auto& entry : batch) entry.failure.reset();  // what a try before this one found
  const auto taken_away = [&] {
    database_.suspect();
    return unavailable("the database file was taken away: " + database_.options().path);
  };
  // Before as well: what is written to a log that was cut short makes it as long as it was.
  if (!database_.still_there(connection)) return taken_away();
  try {
    if (waited) wait_for_the_rest();
    if (!write_at_once(connection, batch)) {
      wait_for_the_rest();
      waited = true;
      write_one_by_one(connection, batch);
    }
    if (waited) connection.wait_at_most(database_.options().deadline);
    if (database_.still_there(connection)) return {};
    return taken_away();
  } catch (const std::exception& e) {
    connection.broken = true;
    again = is_transient(e);
    return unavailable(text_of(e));
  }
}

}  // namespace vouchsafe::store
