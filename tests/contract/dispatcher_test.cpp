#include "delegation/outbox_dispatcher.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <optional>
#include <thread>

// The dispatcher over the real database, for the thread sanitizer to look at as well.
namespace vouchsafe::testing {
namespace {

class RunningClock : public ports::Clock {
 public:
  [[nodiscard]] Time now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + wrong.load();
  }
  [[nodiscard]] std::chrono::milliseconds monotonic() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  }
  std::atomic<std::chrono::seconds> wrong{std::chrono::seconds{0}};  ///< by how much somebody has set it
};

/// Answers with success, from a thread of its own; of what is about `unsayable` it cannot make a message.
class Answering : public ports::Messenger {
 public:
  explicit Answering(std::string unsayable) : unsayable_(std::move(unsayable)) {}
  Result<Sent> send(const OutboxEntry& entry, ports::Replies& replies) override {
    if (subject_of(entry.body) == unsayable_) return unavailable("the profile cannot be written");
    const std::int64_t id = entry.id;
    answers_.push_back(std::async(std::launch::async, [&replies, id] {
      replies.replied(id, {ports::Reply::Kind::success, "2001"});
    }));
    return Sent::on_its_way;
  }

  /// Until each answer has been given. Only when nothing is sent any more.
  void wait() {
    for (auto& answer : answers_) answer.wait();
  }

 private:
  std::string unsayable_;
  std::vector<std::future<void>> answers_;
};

Profile subscriber(const std::string& user) {
  Profile profile = alice();
  profile.impis.front().impi = impi(user + "@ims.example");
  profile.impus = {{impu("sip:" + user + "@ims.example"), 1}};
  return profile;
}

OutboxEntry rtr_for(std::int64_t subscription, const std::string& user) {
  OutboxEntry rtr;
  rtr.subscription = subscription;
  rtr.host = "scscf.ims.example";
  rtr.realm = "ims.example";
  rtr.body = Termination{impi(user + "@ims.example"), {impu("sip:" + user + "@ims.example")}, {1}};
  rtr.created = RunningClock().now();
  return rtr;
}

class Writing : public ports::Work {
 public:
  Writing(ports::Writes writes, std::promise<void>& done) : writes_(std::move(writes)), done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader&) override { return std::move(writes_); }
  void finish(const Result<void>&) noexcept override { done_.set_value(); }

 private:
  ports::Writes writes_;
  std::promise<void>& done_;
};

struct Dispatched : SqlStore {
  /// Writes, and waits until that and everything before it is done.
  void write(ports::Writes writes) {
    std::promise<void> written;
    committer().submit(std::make_unique<Writing>(std::move(writes), written));
    written.get_future().wait();
  }
};

BOOST_FIXTURE_TEST_CASE(a_message_that_cannot_be_made_holds_no_other_one_of_its_host, Dispatched) {
  ports::Writes owed;
  for (int i = 0; i < 20; ++i) {
    const std::string user = "user" + std::to_string(i);
    add(subscriber(user));
    owed.emplace_back(ports::OutboxAddition{rtr_for(i + 1, user)});
  }
  write(std::move(owed));

  Answering messenger("user0@ims.example");
  const RunningClock clock;
  const Policy policy;
  delegation::OutboxOptions options;
  options.tries = 3;
  options.first_retry = std::chrono::milliseconds{5};
  options.poll = std::chrono::milliseconds{1};
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher(
        {outbox(), *own, messenger, clock, log(), [&]() -> const Policy& { return policy; }}, options);
    for (int waited = 0; waited < 30'000 && !outbox().hosts().value().empty(); ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    dispatcher.stop();
    messenger.wait();
    own.reset();  // as the daemon does: it ends what it holds through the dispatcher
  }
  BOOST_TEST(outbox().hosts().value().empty());
  const auto given_up = outbox().all(true, 10).value();
  BOOST_TEST_REQUIRE(given_up.size() == 1U);
  BOOST_TEST(subject_of(given_up.front().body) == "user0@ims.example");
  BOOST_TEST(given_up.front().tries == 3);
  BOOST_TEST(given_up.front().error == "the profile cannot be written");
}

/// Asks the database, each time that something is said to be given up, how many rows say so.
class AskingLog : public ports::Log {
 public:
  explicit AskingLog(const store::SqlOutbox& outbox) : outbox_(outbox) {}
  void write(ports::Message message, std::initializer_list<std::string_view>) noexcept override {
    if (message != ports::Message::message_given_up) return;
    const auto rows = outbox_.all(true, 10);
    rows_.push_back(rows ? rows->size() : 0);
  }
  [[nodiscard]] const std::vector<std::size_t>& rows() const { return rows_; }

 private:
  const store::SqlOutbox& outbox_;
  std::vector<std::size_t> rows_;  ///< written by the dispatcher's thread, read when that has ended
};

BOOST_FIXTURE_TEST_CASE(what_is_logged_as_given_up_is_so_in_the_database_by_then, Dispatched) {
  ports::Writes owed;
  for (int i = 0; i < 3; ++i) {
    const std::string user = "user" + std::to_string(i);
    add(subscriber(user));
    owed.emplace_back(ports::OutboxAddition{rtr_for(i + 1, user)});
    std::get<Termination>(std::get<ports::OutboxAddition>(owed.back()).entry.body).impi = impi("nobody@ims.example");
  }
  write(std::move(owed));

  Answering messenger("nobody@ims.example");
  const RunningClock clock;
  const Policy policy;
  AskingLog asking(outbox());
  delegation::OutboxOptions options;
  options.tries = 1;
  options.window = 1;  // one after the other
  options.poll = std::chrono::milliseconds{1};
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher(
        {outbox(), *own, messenger, clock, asking, [&]() -> const Policy& { return policy; }}, options);
    for (int waited = 0; waited < 30'000 && dispatcher.summary().find("given up 3") == std::string::npos; ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    dispatcher.stop();
    own.reset();
  }
  BOOST_TEST_REQUIRE(asking.rows().size() == 3U);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(asking.rows()[i] >= i + 1);
}

BOOST_FIXTURE_TEST_CASE(what_was_decided_while_the_clock_was_wrong_is_looked_at_when_it_is_right_again, Dispatched) {
  RunningClock clock;
  Grant over = grant_of_impi("waf.example");
  over.not_after = clock.now() - std::chrono::hours{1};
  State state;
  state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
  state.registrations.push_back(
      registration("alice@ims.example", "sip:alice@ims.example", vouched_by("waf.example"), *state.scscf, clock.now()));
  add_authorizer("waf.example");
  add(alice(), {}, {over});
  write({ports::StateChange{1, state, false}});

  Answering messenger("nobody");
  const Policy policy;
  clock.wrong = std::chrono::hours{-2};
  const auto gone = [&] {
    ports::Lookup lookup;
    lookup.subscription = 1;
    const auto view = reader().find(lookup).value();
    return view.subscription->state.registrations.empty();
  };
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher(
        {outbox(), *own, messenger, clock, log(), [&]() -> const Policy& { return policy; }}, {});
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    BOOST_TEST(!gone());
    clock.wrong = std::chrono::seconds{0};
    for (int waited = 0; waited < 30'000 && !(gone() && outbox().hosts().value().empty()); ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    dispatcher.stop();
    messenger.wait();
    own.reset();  // as the daemon does: it ends what it holds through the dispatcher
  }
  BOOST_TEST(gone());
  const auto told = std::count_if(log().lines.begin(), log().lines.end(),
                                  [](const auto& line) { return line.first == ports::Message::clock_stepped; });
  BOOST_TEST(told == 1);
}

}  // namespace
}  // namespace vouchsafe::testing
