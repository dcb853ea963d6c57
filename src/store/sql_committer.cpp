#include "store/sql_committer.hpp"

#include "store/apply_statements.hpp"
#include "store/connection.hpp"
#include "store/document.hpp"
#include "store/sql_reader.hpp"

#include <algorithm>

namespace vouchsafe::store {

ApplyStatements::ApplyStatements(soci::session& sql)
    : write((sql.prepare << "INSERT INTO state (subscription_id, state) VALUES (:id, :state) ON CONFLICT "
                            "(subscription_id) DO UPDATE"
                            " SET state = excluded.state",
             soci::use(id), soci::use(state))),
      remove((sql.prepare << "DELETE FROM state WHERE subscription_id = :id", soci::use(id))),
      forget_vouched((sql.prepare << "DELETE FROM vouched_registration WHERE subscription_id = :id", soci::use(id))),
      add_vouched(
          (sql.prepare
               << "INSERT INTO vouched_registration (authorizer, subscription_id, impi, irs) VALUES (:authorizer, "
                  ":id, :impi, :irs)",
           soci::use(authorizer), soci::use(id), soci::use(impi), soci::use(irs))) {}

namespace {

void apply(ApplyStatements& st, const ports::StateChange& change) {
  st.id = change.subscription;
  st.state = to_document(change.state);
  (st.state.empty() ? st.remove : st.write).execute(true);
  if (change.was_vouched) st.forget_vouched.execute(true);
  for (const auto& r : change.state.registrations) {
    if (r.provenance.kind != Provenance::Kind::vouched) continue;
    st.authorizer = r.provenance.authorizer;
    st.impi = r.impi.text();
    st.irs = static_cast<int>(r.irs);
    st.add_vouched.execute(true);
  }
}

}  // namespace

SqlCommitter::SqlCommitter(Database& database, ports::Log& log, Limits limits)
    : database_(database), log_(log), limits_(limits), finisher_([this] { run_finisher(); }), thread_([this] {
        run();
      }) {}

SqlCommitter::~SqlCommitter() {
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

void SqlCommitter::submit(std::unique_ptr<ports::Work> work) {
  bool first = false;
  const bool taken = [&] {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= limits_.queue || stopping_) return false;
    first = queue_.empty();
    queue_.push_back(std::move(work));
    return true;
  }();
  if (first) wake_.notify_one();
  if (taken) return;
  // Answered outside the lock: sending can wait for the peer, and the committer must not wait with it.
  log_.write(ports::Message::overloaded, {});
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
  if (outcome && !database_.still_there())
    outcome = unavailable("the database file was taken away: " + database_.options().path);
  if (outcome) {
    database_.health().up();
  } else {
    database_.health().down(outcome.error().detail);
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
      done_wake_.wait(lock, [this] { return committed_all_ || !done_.empty(); });
      if (done_.empty()) return;
      finished.swap(done_);
    }
    for (auto& [batch, outcome] : finished) {
      for (auto& work : batch) work->finish(outcome);
    }
  }
}

Result<void> SqlCommitter::write(Batch& batch) {
  auto lease = database_.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  Connection& connection = **lease;
  try {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    ApplyStatements& statements = connection.apply();
    const ConnectionReader reader(connection, true);
    for (auto& work : batch) {
      if (const auto change = work->prepare(reader)) apply(statements, *change);
    }
    transaction.commit();
    return {};
  } catch (const std::exception& e) {
    connection.broken = true;
    return unavailable(e.what());
  }
}

}  // namespace vouchsafe::store
