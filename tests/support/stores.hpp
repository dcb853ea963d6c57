#pragma once

#include "fakes.hpp"
#include "operations/remove_subscription.hpp"
#include "operations/replace_profile.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/provisioning.hpp"
#include "store/sql/registry.hpp"
#include "store/sql/sql_committer.hpp"
#include "store/sql/sql_outbox.hpp"
#include "store/sql/sql_reader.hpp"
#include "store/sqlite/database.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/sinks.hpp"
#include "temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <memory>
#include <utility>

// The stores that the contract is asked of.
namespace vouchsafe::testing {

inline const Time now{std::chrono::seconds{1700000000}};

/// The database, behind the names that the fake has.
class SqlStore {
 public:
  SqlStore() { BOOST_REQUIRE(database_.open(true).has_value()); }
  [[nodiscard]] const ports::SubscriberReader& reader() const { return reader_; }
  ports::Committer& committer() { return committer_; }
  void add(const Profile& profile, const State& state = {}, const std::vector<Grant>& grants = {}) {
    const store::NewSubscription one{profile, state, grants};
    const auto outcome = store::SubscriptionWriter(database_).add({&one, 1}, false);
    BOOST_REQUIRE(outcome.has_value());
    BOOST_REQUIRE(!outcome->at(0).has_value());
  }
  void add_authorizer(const std::string& text) {
    BOOST_REQUIRE(registry_.add_authorizer(name(text), false).has_value());
  }
  Result<std::int64_t> remove(std::int64_t subscription) {
    return store::OperationRunner(database_).run(subscription, [](const ports::View& there) -> Result<ports::Writes> {
      return operations::remove_subscription(there, now);
    });
  }
  Result<std::int64_t> replace(std::int64_t subscription, const Profile& profile, std::uint32_t sealed_with = 0) {
    return store::OperationRunner(database_).run(subscription, [&](const ports::View& there) -> Result<ports::Writes> {
      return operations::replace_profile(there, profile, sealed_with, now);
    });
  }
  void suspend(const std::string& text, bool on) {
    const auto state = on ? Authorizer::State::suspended : Authorizer::State::active;
    BOOST_REQUIRE(registry_.set_state(name(text), state, now).has_value());
  }
  void grant(const Grant& g) { BOOST_REQUIRE(registry_.grant(g, now).has_value()); }
  void add_pool(const Grant& g) { grant(g); }
  store::Database& database() { return database_; }
  store::Registry& registry() { return registry_; }
  store::SqlOutbox& outbox() { return outbox_; }
  void allow(const AsPermission& permission) { BOOST_REQUIRE(registry_.allow(permission).has_value()); }
  [[nodiscard]] std::string path() const { return (folder_.path() / "hss.db").string(); }
  NoLog& log() { return log_; }
  /// What happens, as lines of the log.
  ports::Publisher& events() { return events_; }

 private:
  TemporaryFolder folder_;
  NoLog log_;
  telemetry::EventLog event_log_{log_};
  telemetry::Sinks events_{{&event_log_}};
  store::Health health_{events_};
  store::Database database_{store::DatabaseOptions{path(), 1024, 64, std::chrono::milliseconds{300}}, health_};
  store::SqlReader reader_{database_};
  store::Registry registry_{database_};
  store::SqlOutbox outbox_{database_};
  store::SqlCommitter committer_{database_, log_, {}};
};

/// The fake, behind the names that the database has.
class FakeStore : public MemoryStore {
 public:
  [[nodiscard]] const ports::SubscriberReader& reader() const { return *this; }
  ports::Committer& committer() { return *this; }
  ports::Outbox& outbox() { return *this; }
};

/// Work that writes what it is given.
class Given : public ports::Work {
 public:
  Given(ports::Writes writes, std::promise<Result<void>>& done) : writes_(std::move(writes)), done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader&) override { return writes_; }
  void finish(const Result<void>& outcome) noexcept override { done_.set_value(outcome); }

 private:
  ports::Writes writes_;
  std::promise<Result<void>>& done_;
};

/// Writes, and waits until that and everything before it is done.
template <class Store>
void write(Store& store, ports::Writes writes) {
  std::promise<Result<void>> done;
  store.committer().submit(std::make_unique<Given>(std::move(writes), done));
  BOOST_TEST_REQUIRE(done.get_future().get().has_value());
}

}  // namespace vouchsafe::testing
