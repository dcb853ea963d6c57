#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <future>

// Works that are committed in one transaction: what is wrong with one of them is not the others' trouble.
namespace vouchsafe::testing {
namespace {

using Prepare = std::function<ports::Writes(const ports::SubscriberReader&)>;

class AnyWork : public ports::Work {
 public:
  AnyWork(Prepare prepare, std::promise<Result<void>>& done) : prepare_(std::move(prepare)), done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader& reader) override { return prepare_(reader); }
  void finish(const Result<void>& outcome) noexcept override { done_.set_value(outcome); }

 private:
  Prepare prepare_;
  std::promise<Result<void>>& done_;
};

/// Holds the committer until everything is queued, so that the rest is one batch.
struct OneBatch : SqlStore {
  std::atomic<int> prepared{0};

  OneBatch() { add(alice()); }

  std::vector<Result<void>> commit_together(const std::vector<Prepare>& works) {
    std::promise<void> all_are_queued;
    auto queued = all_are_queued.get_future();
    std::promise<Result<void>> held;
    std::promise<void> holding;
    const auto hold = [&, is_holding = false](const ports::SubscriberReader&) mutable {
      if (!std::exchange(is_holding, true)) holding.set_value();
      queued.wait();
      return ports::Writes{};
    };
    committer().submit(std::make_unique<AnyWork>(hold, held));
    holding.get_future().wait();  // its batch is closed: what comes now is the next one
    auto out = commit(works, [&] { all_are_queued.set_value(); });
    (void)held.get_future().get();  // who waits behind it may be answered before it
    return out;
  }
  std::vector<Result<void>> commit(const std::vector<Prepare>& works, const std::function<void()>& when_queued = {}) {
    std::vector<std::promise<Result<void>>> done(works.size());
    for (std::size_t i = 0; i < works.size(); ++i) {
      const auto counted = [&, i](const ports::SubscriberReader& reader) {
        ++prepared;
        return works[i](reader);
      };
      committer().submit(std::make_unique<AnyWork>(counted, done[i]));
    }
    if (when_queued) when_queued();
    std::vector<Result<void>> out;
    out.reserve(done.size());
    for (auto& promise : done) out.push_back(promise.get_future().get());
    return out;
  }
  static Prepare puts(const std::string& service, const std::string& user = "sip:alice@ims.example") {
    return [=](const ports::SubscriberReader&) {
      return ports::Writes{ports::RepositoryChange{1, impu(user), service, RepositoryData{service, 0, "<x/>"}}};
    };
  }
  static Prepare sets(std::int64_t subscription, const std::string& scscf) {
    return [=](const ports::SubscriberReader&) {
      State state;
      state.scscf = Scscf{scscf, "scscf.ims.example", "ims.example", "scscf.ims.example"};
      state.unregistered = {1};
      return ports::Writes{ports::StateChange{subscription, state, false}};
    };
  }
  ports::DataView look() {
    const std::vector<std::string> services{"first", "half", "second", "third"};
    const Impu who = impu("sip:alice@ims.example");
    return reader().data_of(who, services, "as.example").value();
  }
  std::size_t lines(ports::Message message) {
    return static_cast<std::size_t>(
        std::count_if(log().lines.begin(), log().lines.end(), [&](const auto& line) { return line.first == message; }));
  }
};

BOOST_FIXTURE_TEST_SUITE(batch, OneBatch)

BOOST_AUTO_TEST_CASE(writes_that_cannot_be_applied_fail_alone) {
  const auto half = [](const ports::SubscriberReader& reader) {
    auto writes = puts("half")(reader);
    writes.push_back(ports::RepositoryChange{1, impu("sip:nobody@ims.example"), "x", RepositoryData{"x", 0, "<x/>"}});
    return writes;
  };
  const auto thrower = [](const ports::SubscriberReader&) -> ports::Writes { throw std::runtime_error("a mistake"); };
  const auto outcomes = commit_together({
      puts("first"),                      //
      thrower,                            //
      sets(1, "sip:\xff@ims.example"),    // no document can be made of it
      puts("second"),                     //
      half,                               // its second write breaks a constraint
      sets(99, "sip:scscf.ims.example"),  // so does this, in a statement that is kept
      sets(1, "sip:scscf.ims.example"),   //
      puts("third"),                      //
  });
  const std::vector<bool> expected{true, false, false, true, false, false, true, true};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_TEST_CONTEXT("work " << i << (outcomes[i] ? "" : ": " + outcomes[i].error().detail)) {
      BOOST_TEST(outcomes[i].has_value() == expected[i]);
      if (!outcomes[i]) BOOST_TEST((outcomes[i].error().kind == Error::Kind::unavailable));
    }
  }
  std::vector<std::string> there;
  for (const auto& data : look().repository) there.push_back(data.service_indication);
  BOOST_TEST(there == (std::vector<std::string>{"first", "second", "third"}), boost::test_tools::per_element());
  BOOST_TEST(look().subscription->state.scscf->name == "sip:scscf.ims.example");
  BOOST_TEST(prepared <= 16);  // twice each, however many were bad
  BOOST_TEST(lines(ports::Message::store_down) == 0U);
  BOOST_TEST(lines(ports::Message::escaped_exception) == 4U);
}

BOOST_AUTO_TEST_CASE(what_was_written_is_not_in_the_log) {
  (void)commit_together({puts("a-secret", "sip:nobody@ims.example")});
  BOOST_TEST_REQUIRE(lines(ports::Message::escaped_exception) == 1U);
  for (const auto& [message, arguments] : log().lines) {
    for (const auto& argument : arguments) BOOST_TEST(argument.find("a-secret") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_database_that_is_locked_fails_all_and_is_waited_for_once) {
  soci::session blocker(soci::sqlite3, "db=" + path());
  blocker << "BEGIN IMMEDIATE";
  const auto outcomes = commit({puts("first"), sets(99, "sip:scscf.ims.example"), puts("second")});
  blocker << "ROLLBACK";
  for (const auto& outcome : outcomes) BOOST_TEST(!outcome.has_value());
  BOOST_TEST(prepared == 0);
  BOOST_TEST(look().repository.empty());
  BOOST_TEST(commit_together({puts("first")}).front().has_value());
}

BOOST_AUTO_TEST_CASE(what_another_connection_was_in_the_way_of_is_tried_again_as_a_whole) {
  std::atomic<int> left{2};
  std::atomic<int> thrown{0};
  // One that fails beside it, and would not again, is not blamed for what the first try found.
  const auto once = [&](const ports::SubscriberReader&) -> ports::Writes {
    if (thrown++ == 0) throw std::runtime_error("a mistake");
    return puts("half")(reader());
  };
  const auto in_the_way = [&](const ports::SubscriberReader&) -> ports::Writes {
    if (left-- > 0) throw soci::sqlite3_soci_error("another was quicker", SQLITE_BUSY);
    return puts("second")(reader());
  };
  const auto outcomes = commit_together({puts("first"), once, in_the_way, puts("third")});
  for (const auto& outcome : outcomes) BOOST_TEST(outcome.has_value());
  BOOST_TEST(look().repository.size() == 4U);
  BOOST_TEST(lines(ports::Message::store_down) == 0U);
  left = 1'000'000;  // until the deadline: then all of them fail
  for (const auto& outcome : commit_together({puts("first"), in_the_way})) BOOST_TEST(!outcome.has_value());
  BOOST_TEST(look().repository.size() == 4U);
}

BOOST_AUTO_TEST_CASE(who_waits_behind_a_lock_is_answered_in_time_and_not_executed_afterwards) {
  constexpr std::size_t many = 40;
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> answered(many);
  store::SqlCommitter one_by_one(database(), log(), {1000, 1});
  soci::session blocker(soci::sqlite3, "db=" + path());
  blocker << "BEGIN IMMEDIATE";
  const auto begun = Clock::now();
  std::vector<std::promise<Result<void>>> done(many);
  for (auto& promise : done) one_by_one.submit(std::make_unique<Given>(puts("late")(reader()), promise));
  for (std::size_t i = 0; i < many; ++i) {
    BOOST_TEST((done[i].get_future().get().error().kind == Error::Kind::unavailable));
    answered[i] = Clock::now();
  }
  // All of them together, and not one deadline after the other.
  BOOST_TEST((answered.back() - begun < 10 * (answered.front() - begun)));
  BOOST_TEST(!database().health().ok());
  BOOST_TEST(look().repository.empty());  // what is read is no sign that something can be written
  BOOST_TEST(!database().health().ok());
  BOOST_TEST(lines(ports::Message::store_down) == 1U);
  BOOST_TEST(lines(ports::Message::store_up) == 0U);
  blocker << "ROLLBACK";
  std::promise<Result<void>> after;
  one_by_one.submit(std::make_unique<Given>(puts("first")(reader()), after));
  BOOST_TEST(after.get_future().get().has_value());
  BOOST_TEST(look().repository.size() == 1U);
  BOOST_TEST(database().health().ok());
}

BOOST_AUTO_TEST_CASE(a_full_disk_fails_all_and_is_not_tried_again) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{1024, before.rlim_max};
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto outcomes = commit_together({puts("first"), puts("second")});
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  for (const auto& outcome : outcomes) BOOST_TEST(!outcome.has_value());
  BOOST_TEST(prepared == 2);
  BOOST_TEST(lines(ports::Message::store_down) == 1U);
  BOOST_TEST(commit_together({puts("first")}).front().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
