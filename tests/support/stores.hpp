#pragma once

#include "fakes.hpp"
#include "operations/authorizers.hpp"
#include "operations/grants.hpp"
#include "operations/permissions.hpp"
#include "operations/remove_subscription.hpp"
#include "operations/replace_profile.hpp"
#include "operations/suspensions.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/provisioning.hpp"
#include "store/sql/registry_lister.hpp"
#include "store/sql/sql_committer.hpp"
#include "store/sql/sql_outbox.hpp"
#include "store/sql/sql_reader.hpp"
#include "store/sqlite/database.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/sinks.hpp"
#include "temporary_folder.hpp"

#include <boost/mpl/list.hpp>
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
  /// \return how many grants went with it
  Result<std::size_t> remove_authorizer(const std::string& text) {
    std::size_t grants = 0;
    for (std::int64_t after = 0; after >= 0;) {
      const auto origin = run([&](const ports::OperatorReader& reader) -> Result<ports::Writes> {
        auto batch = operations::take_grants_back(name(text), after, reader, now);
        if (!batch) return tl::unexpected<Error>(batch.error());
        grants += batch->grants;
        after = batch->last;
        return std::move(batch->writes);
      });
      if (!origin) return tl::unexpected<Error>(origin.error());
    }
    const auto origin = run([&](const ports::OperatorReader& reader) -> Result<ports::Writes> {
      auto rest = operations::remove_authorizer(name(text), reader);
      if (!rest) return tl::unexpected<Error>(rest.error());
      grants += rest->grants;
      return std::move(rest->writes);
    });
    if (!origin) return tl::unexpected<Error>(origin.error());
    return grants;
  }
  void add_authorizer(const std::string& text) {
    BOOST_REQUIRE(run([&](const ports::SubscriberReader& reader) {
                    return operations::add_authorizer(name(text), false, reader);
                  }).has_value());
  }
  Result<std::int64_t> run(const store::OperationRunner::Reading& operation) {
    return store::OperationRunner(database_).run(operation);
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
  Result<std::int64_t> stop(const std::string& text, const Suspension& what) {
    return run(
        [&](const ports::SubscriberReader& reader) { return operations::suspend(name(text), what, reader, now); });
  }
  Result<std::int64_t> resume(const std::string& text, const SuspensionScope& scope = {}) {
    return run(
        [&](const ports::SubscriberReader& reader) { return operations::resume(name(text), scope, reader, now); });
  }
  void suspend(const std::string& text, bool on) {
    BOOST_REQUIRE((on ? stop(text, suspension()) : resume(text)).has_value());
  }
  void grant(const Grant& g) { BOOST_REQUIRE(try_to_grant(g).has_value()); }
  Result<std::int64_t> try_to_grant(const Grant& g) {
    return run([&](const ports::SubscriberReader& reader) { return operations::grant(g, reader, now); });
  }
  Result<std::int64_t> revoke(const Grant& g) {
    return run([&](const ports::SubscriberReader& reader) { return operations::revoke(g, reader, now); });
  }
  void add_pool(const Grant& g) { grant(g); }
  store::Database& database() { return database_; }
  store::RegistryLister& registry() { return registry_; }
  store::SqlOutbox& outbox() { return outbox_; }
  void allow(const AsPermission& permission) {
    BOOST_REQUIRE(
        run([&](const ports::OperatorReader& reader) { return operations::allow(permission, reader); }).has_value());
  }
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
  store::RegistryLister registry_{database_};
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

/// What a case that both have to answer is asked of.
using Stores = boost::mpl::list<SqlStore, FakeStore>;

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
