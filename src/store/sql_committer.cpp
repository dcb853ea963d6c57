#include "store/sql_committer.hpp"

#include "store/apply_statements.hpp"
#include "store/connection.hpp"
#include "store/document.hpp"
#include "store/sql_reader.hpp"

#include <algorithm>

namespace vouchsafe::store {

ApplyStatements::ApplyStatements(soci::session& sql)
    : update(
          (sql.prepare
               << "UPDATE subscription SET state = :state, version = version + 1 WHERE id = :id AND version = :version",
           soci::use(state, state_null), soci::use(id), soci::use(version))),
      forget_vouched((sql.prepare << "DELETE FROM vouched_registration WHERE subscription_id = :id", soci::use(id))),
      add_vouched((sql.prepare << "INSERT INTO vouched_registration (authorizer, subscription_id, impi, irs) VALUES "
                                  "(:authorizer, :id, :impi, :irs)",
                   soci::use(authorizer), soci::use(id), soci::use(impi), soci::use(irs))),
      registry((sql.prepare << "SELECT version FROM registry", soci::into(registry_version))) {}

namespace {

/// \return false when the subscription has moved since it was read
bool apply(ApplyStatements& st, const ports::StateChange& change) {
  st.id = change.subscription;
  st.version = static_cast<long long>(change.version);
  st.state = to_document(change.state);
  st.state_null = st.state.empty() ? soci::i_null : soci::i_ok;
  st.update.execute(true);
  if (st.update.get_affected_rows() == 0) return false;
  st.forget_vouched.execute(true);
  for (const auto& r : change.state.registrations) {
    if (r.provenance.kind != Provenance::Kind::vouched) continue;
    st.authorizer = r.provenance.authorizer;
    st.impi = r.impi.text();
    st.irs = static_cast<int>(r.irs);
    st.add_vouched.execute(true);
  }
  return true;
}

}  // namespace

SqlCommitter::SqlCommitter(Database& database, ports::Log& log, Limits limits)
    : database_(database), log_(log), limits_(limits), thread_([this] { run(); }) {}

SqlCommitter::~SqlCommitter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void SqlCommitter::submit(std::unique_ptr<ports::Work> work) {
  auto change = work->prepare(SqlReader(database_));
  if (!change) {
    work->finish({});
    return;
  }
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < limits_.queue && !stopping_) {
      first = queue_.empty();
      queue_.push_back({std::move(work), std::move(change)});
    }
  }
  if (work) {
    log_.write(ports::Message::overloaded, {});
    work->finish(fail(Error::Kind::overloaded, "the committer's queue is full"));
  } else if (first) {
    wake_.notify_one();
  }
}

void SqlCommitter::run() {
  std::vector<Item> batch;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const std::size_t count = std::min(queue_.size(), limits_.batch);
      std::move(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(batch));
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    commit(batch);
    batch.clear();
  }
}

void SqlCommitter::commit(std::vector<Item>& batch) {
  Result<void> outcome = write(batch);
  if (outcome && !database_.still_there())
    outcome = unavailable("the database file was taken away: " + database_.options().path);
  if (outcome) {
    database_.health().up();
  } else {
    database_.health().down(outcome.error().detail);
  }
  for (auto& item : batch) item.work->finish(outcome);
}

Result<void> SqlCommitter::write(std::vector<Item>& batch) {
  auto lease = database_.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  Connection& connection = **lease;
  try {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    ApplyStatements& statements = connection.apply();
    fetch_one(statements.registry);
    const auto registry = static_cast<std::uint64_t>(statements.registry_version);
    const ConnectionReader reader(connection, true);
    for (auto& item : batch) {
      if (item.change->registry_version == registry && apply(statements, *item.change)) continue;
      item.change = item.work->prepare(reader);
      if (item.change && !apply(statements, *item.change))
        return unavailable("a change does not fit what was just read");
    }
    transaction.commit();
    return {};
  } catch (const std::exception& e) {
    connection.broken = true;
    return unavailable(e.what());
  }
}

}  // namespace vouchsafe::store
