#include "delegation/outbox_dispatcher.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
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

/// Time of day and monotonic time that pass only when they are told to.
class StandingClock : public ports::Clock {
 public:
  [[nodiscard]] Time now() const override { return start_ + std::chrono::floor<std::chrono::seconds>(passed_.load()); }
  [[nodiscard]] std::chrono::milliseconds monotonic() const override { return std::chrono::hours{1} + passed_.load(); }
  void pass(std::chrono::milliseconds time) { passed_ = passed_.load() + time; }

 private:
  const Time start_ = RunningClock().now();
  std::atomic<std::chrono::milliseconds> passed_{std::chrono::milliseconds{0}};
};

/// A host that can be reached, or cannot.
class Host : public ports::Messenger {
 public:
  Result<Sent> send(const OutboxEntry& entry, ports::Replies& replies) override {
    ++sent;
    replies.replied(entry.id, away ? ports::Reply{ports::Reply::Kind::unreachable, "no way to it"}
                                   : ports::Reply{ports::Reply::Kind::success, "2001"});
    return Sent::on_its_way;
  }
  std::atomic<bool> away{true};
  std::atomic<int> sent{0};
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

OutboxEntry rtr_for(std::int64_t subscription, const std::string& user) {
  OutboxEntry rtr;
  rtr.subscription = subscription;
  rtr.host = "scscf.ims.example";
  rtr.realm = "ims.example";
  rtr.body = Termination{impi(user + "@ims.example"), {impu("sip:" + user + "@ims.example")}, {1}};
  rtr.created = RunningClock().now();
  return rtr;
}

/// Has so many terminations owed to one host, each of a subscription of its own. \param first the first one's number
void owe(SqlStore& store, int first, int count) {
  ports::Writes owed;
  for (int i = first; i < first + count; ++i) {
    const std::string user = "user" + std::to_string(i);
    store.add(subscriber(user));
    owed.emplace_back(ports::OutboxAddition{rtr_for(i, user)});
  }
  write(store, std::move(owed));
}

BOOST_FIXTURE_TEST_CASE(a_message_that_cannot_be_made_holds_no_other_one_of_its_host, SqlStore) {
  owe(*this, 1, 20);
  Answering messenger("user1@ims.example");
  const RunningClock clock;
  const auto policy = std::make_shared<const Policy>();
  delegation::OutboxOptions options;
  options.tries = 3;
  options.first_retry = std::chrono::milliseconds{5};
  options.poll = std::chrono::milliseconds{1};
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher({outbox(), *own, messenger, clock, log(), events(), [&] { return policy; }},
                                            options);
    for (int waited = 0; waited < 30'000 && !outbox().hosts().value().empty(); ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    dispatcher.stop();
    messenger.wait();
    own.reset();  // as the daemon does: it ends what it holds through the dispatcher
  }
  BOOST_TEST(outbox().hosts().value().empty());
  const auto given_up = outbox().all(true, 10).value();
  BOOST_TEST_REQUIRE(given_up.size() == 1U);
  BOOST_TEST(subject_of(given_up.front().body) == "user1@ims.example");
  BOOST_TEST(given_up.front().tries == 3);
  BOOST_TEST(given_up.front().error == "the profile cannot be written");
}

BOOST_FIXTURE_TEST_CASE(one_message_asks_whether_a_host_is_back_and_each_change_is_one_line, SqlStore) {
  constexpr std::chrono::seconds longest_hold{10};
  Host host;
  StandingClock clock;
  const auto policy = std::make_shared<const Policy>();
  delegation::OutboxOptions options;
  options.rate = 200;  // one message at once
  options.poll = std::chrono::milliseconds{1};
  int held = 0;
  // Lets holds end until it is so.
  const auto passes_until = [&](const std::function<bool()>& condition) {
    for (held = 0; held < 5'000 && !condition(); ++held) {
      clock.pass(longest_hold);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return condition();
  };
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher({outbox(), *own, host, clock, log(), events(), [&] { return policy; }},
                                            options);
    for (const int first : {1, 21}) {
      host.away = true;
      host.sent = 0;
      owe(*this, first, 20);
      BOOST_TEST(passes_until([&] { return host.sent >= 6; }));
      BOOST_TEST(host.sent <= held + 1);  // each asks once, however many messages wait
      host.away = false;
      BOOST_TEST(passes_until([&] { return outbox().hosts().value().empty(); }));
    }
    dispatcher.stop();
    own.reset();  // as the daemon does: it ends what it holds through the dispatcher
  }
  const auto lines = [&](ports::Message message) {
    return std::count_if(log().lines.begin(), log().lines.end(),
                         [&](const auto& line) { return line.first == message; });
  };
  BOOST_TEST(lines(ports::Message::host_unreachable) == 2);
  BOOST_TEST(lines(ports::Message::host_reachable) == 2);
}

/// Asks the database, each time that something is said to be given up, how many rows say so.
class Asking : public ports::Publisher {
 public:
  explicit Asking(const store::SqlOutbox& outbox) : outbox_(outbox) {}
  [[nodiscard]] const std::vector<std::size_t>& rows() const { return rows_; }

 private:
  void tell(const ports::Event& event, const ports::Exchange*) noexcept override {
    const auto* settled = std::get_if<ports::OutboxSettled>(&event);
    if (settled == nullptr || settled->how != ports::OutboxSettled::How::given_up) return;
    const auto rows = outbox_.all(true, 10);
    rows_.push_back(rows ? rows->size() : 0);
  }

  const store::SqlOutbox& outbox_;
  std::vector<std::size_t> rows_;  ///< written by the dispatcher's thread, read when that has ended
};

BOOST_FIXTURE_TEST_CASE(what_is_told_as_given_up_is_so_in_the_database_by_then, SqlStore) {
  ports::Writes owed;
  for (int i = 0; i < 3; ++i) {
    const std::string user = "user" + std::to_string(i);
    add(subscriber(user));
    owed.emplace_back(ports::OutboxAddition{rtr_for(i + 1, user)});
    std::get<Termination>(std::get<ports::OutboxAddition>(owed.back()).entry.body).impi = impi("nobody@ims.example");
  }
  write(*this, std::move(owed));

  Answering messenger("nobody@ims.example");
  const RunningClock clock;
  const auto policy = std::make_shared<const Policy>();
  Asking asking(outbox());
  delegation::OutboxOptions options;
  options.tries = 1;
  options.window = 1;  // one after the other
  options.poll = std::chrono::milliseconds{1};
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher({outbox(), *own, messenger, clock, log(), asking, [&] { return policy; }},
                                            options);
    for (int waited = 0; waited < 30'000 && dispatcher.summary().find("given up 3") == std::string::npos; ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    dispatcher.stop();
    own.reset();
  }
  BOOST_TEST_REQUIRE(asking.rows().size() == 3U);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(asking.rows()[i] >= i + 1);
}

BOOST_FIXTURE_TEST_CASE(what_was_decided_while_the_clock_was_wrong_is_looked_at_when_it_is_right_again, SqlStore) {
  RunningClock clock;
  Grant over = grant_of_impi("waf.example");
  over.not_after = clock.now() - std::chrono::hours{1};
  State state;
  state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
  state.registrations.push_back(
      registration("alice@ims.example", "sip:alice@ims.example", vouched_by("waf.example"), *state.scscf, clock.now()));
  add_authorizer("waf.example");
  add(alice(), {}, {over});
  write(*this, {ports::StateChange{1, state, false}});

  Answering messenger("nobody");
  const auto policy = std::make_shared<const Policy>();
  clock.wrong = std::chrono::hours{-2};
  const auto gone = [&] {
    const auto view = reader().by_number(1).value();
    return view.subscription->state.registrations.empty();
  };
  {
    std::optional<store::SqlCommitter> own(std::in_place, database(), log(), store::SqlCommitter::Limits{});
    delegation::OutboxDispatcher dispatcher({outbox(), *own, messenger, clock, log(), events(), [&] { return policy; }},
                                            {});
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
