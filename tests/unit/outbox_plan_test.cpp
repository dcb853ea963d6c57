#include "delegation/outbox_plan.hpp"

#include "support/registered.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>

// What the dispatcher does next, at times that the test says: no thread, no store, no network.
namespace vouchsafe::testing {
namespace {

using namespace std::chrono_literals;
using namespace delegation;
using ports::Messenger;
using ports::OutboxSettled;
using ports::Reply;
using Numbers = std::vector<std::int64_t>;

/// Does what a plan says, over rows in memory. Nobody answers, and nothing is written, but where the test says so.
struct Played {
  OutboxOptions options;
  std::vector<OutboxEntry> rows;
  Numbers boundaries;    ///< subscriptions whose grants begin or end now
  Numbers concerned;     ///< subscriptions that a review of many is about
  bool readable = true;  ///< the store
  std::function<Result<Messenger::Sent>(const OutboxEntry&)> messenger = [](const OutboxEntry&) {
    return Messenger::Sent::on_its_way;
  };

  std::vector<OutboxEntry> sent;
  std::vector<action::Settle> settling;
  std::vector<action::Review> reviews;
  std::vector<OutboxEntry> appended;
  std::vector<ports::Event> told;

  /// Lets time pass, and then the dispatcher look at what is due.
  void pass(std::chrono::milliseconds time) {
    elapsed_ += time;
    take(event::TimePassed{});
  }
  void set_clock(std::chrono::seconds by) { set_by_ += by; }
  void answer(std::int64_t id, Reply::Kind kind) { take(event::Answered{id, {kind, "text"}}); }
  void answer_all(Reply::Kind kind) {
    for (const auto& message : std::exchange(sent, {})) answer(message.id, kind);
  }
  /// The reply is written down, or not.
  void settle(std::int64_t id, Settlement settlement) {
    if (settlement != Settlement::not_stored) std::erase_if(rows, [&](const OutboxEntry& e) { return e.id == id; });
    take(event::Settled{id, settlement});
  }
  void settle_all(Settlement settlement) {
    for (const auto& s : std::exchange(settling, {})) settle(s.message.id, settlement);
  }
  void take(const Event& event) {
    if (!plan_) plan_.emplace(options, Moment{t0, 0ms});
    for (const auto& action : plan_->on(event, now())) std::visit([this](const auto& one) { perform(one); }, action);
  }
  [[nodiscard]] std::chrono::milliseconds patience() const { return plan_->patience(); }
  [[nodiscard]] const DeliveryPlan::Counters& counters() const { return plan_->counters(); }

  OutboxEntry& add(std::int64_t subscription, const std::string& host = "scscf.example",
                   OutboxBody body = Termination{impi("alice@ims.example")}) {
    OutboxEntry row;
    row.id = static_cast<std::int64_t>(rows.size()) + 1;
    row.subscription = subscription;
    row.host = host;
    row.body = std::move(body);
    row.created = t0;
    rows.push_back(row);
    return rows.back();
  }
  [[nodiscard]] Numbers sent_to(const std::string& host) const {
    Numbers out;
    for (const auto& m : sent) {
      if (m.host == host) out.push_back(m.id);
    }
    return out;
  }
  template <class Kind>
  [[nodiscard]] std::size_t heard_of() const {
    return static_cast<std::size_t>(
        std::count_if(told.begin(), told.end(), [](const ports::Event& e) { return std::holds_alternative<Kind>(e); }));
  }
  /// What became of the messages that are over, in order.
  [[nodiscard]] std::vector<OutboxSettled::How> settled() const {
    std::vector<OutboxSettled::How> out;
    for (const auto& e : told) {
      if (const auto* one = std::get_if<OutboxSettled>(&e)) out.push_back(one->how);
    }
    return out;
  }

 private:
  [[nodiscard]] Moment now() const {
    return {t0 + std::chrono::floor<std::chrono::seconds>(elapsed_) + set_by_, elapsed_};
  }
  void perform(const action::ReadHosts&) {
    if (!readable) return;
    std::set<std::string> hosts;
    for (const auto& r : rows) hosts.insert(r.host);
    take(event::HostsRead{{hosts.begin(), hosts.end()}});
  }
  void perform(const action::ReadEntries& read) {
    event::EntriesRead out{read.host, {}};
    for (const auto& r : rows) {
      if (r.host == read.host && r.due <= now().wall.time_since_epoch() && out.entries.size() < read.limit)
        out.entries.push_back(r);
    }
    take(out);
  }
  void perform(const action::ReadBoundaries&) { take(event::BoundariesRead{boundaries}); }
  void perform(const action::ReadBatch& read) {
    event::BatchRead out{read.review, {}};
    for (const auto id : concerned) {
      if (id > std::get<AuthorizerReview>(read.review.body).cursor && out.subscriptions.size() < read.limit)
        out.subscriptions.push_back(id);
    }
    take(out);
  }
  void perform(const action::AppendReview& append) { appended.push_back(append.review); }
  void perform(const action::Review& review) { reviews.push_back(review); }
  void perform(const action::Send& send) {
    sent.push_back(send.message);
    take(event::Sent{send.message.id, messenger(send.message)});
  }
  void perform(const action::Settle& settle) { settling.push_back(settle); }
  void perform(const action::Tell& tell) { told.push_back(tell.event); }

  std::optional<OutboxPlan> plan_;
  std::chrono::milliseconds elapsed_{1000};
  std::chrono::seconds set_by_{0};
};

BOOST_FIXTURE_TEST_CASE(no_more_than_a_window_of_a_hosts_messages_waits_for_answers, Played) {
  options.rate = 1'000'000;
  options.window = 4;
  for (int i = 1; i <= 10; ++i) add(i);
  for (int i = 0; i < 5; ++i) pass(20ms);
  BOOST_TEST(sent_to("scscf.example") == (Numbers{1, 2, 3, 4}), boost::test_tools::per_element());
  answer(2, Reply::Kind::success);
  pass(0ms);
  BOOST_TEST(sent_to("scscf.example") == (Numbers{1, 2, 3, 4, 5}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(no_more_goes_to_a_host_in_a_second_than_the_rate_says, Played) {
  options.rate = 100;
  for (int i = 1; i <= 1000; ++i) add(i, i % 2 == 0 ? "a.example" : "b.example");
  std::size_t total = 0;
  for (int i = 0; i < 200; ++i) {
    pass(5ms);
    BOOST_TEST(sent.size() <= 4U);  // no bursts: two hosts, two at once
    total += sent.size();
    answer_all(Reply::Kind::success);
    settle_all(Settlement::done);
  }
  BOOST_TEST(total >= 196U);
  BOOST_TEST(total <= 204U);
  BOOST_TEST(patience() == 5ms);  // more is due than may go
  rows.clear();
  pass(5ms);
  BOOST_TEST(patience() == options.poll);
}

BOOST_FIXTURE_TEST_CASE(hosts_do_not_hold_each_other_up, Played) {
  options.window = 1;
  for (int i = 1; i <= 3; ++i) add(i, "away.example");
  for (int i = 4; i <= 6; ++i) add(i, "silent.example");
  for (int i = 7; i <= 9; ++i) add(i, "well.example");
  for (int i = 0; i < 10; ++i) {
    pass(20ms);
    for (const auto id : sent_to("away.example")) answer(id, Reply::Kind::unreachable);
    for (const auto id : sent_to("well.example")) answer(id, Reply::Kind::success);
    settle_all(Settlement::done);
  }
  BOOST_TEST(sent_to("away.example").size() == 1U);
  BOOST_TEST(sent_to("silent.example").size() == 1U);
  BOOST_TEST(sent_to("well.example") == (Numbers{7, 8, 9}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_host_that_is_away_is_asked_by_one_message_at_longer_and_longer_intervals, Played) {
  options.rate = 10'000;
  for (int i = 1; i <= 100; ++i) add(i);
  pass(20ms);
  BOOST_TEST(sent.size() == options.window);
  answer_all(Reply::Kind::unreachable);  // all of them are one time that it was not there
  BOOST_TEST(heard_of<ports::HostUnreachable>() == 1U);
  BOOST_TEST(settling.empty());  // held as they are
  std::vector<std::int64_t> at;
  for (std::int64_t ms = 0; ms < 60'000; ms += 10) {
    pass(10ms);
    BOOST_TEST_REQUIRE(sent.size() <= 1U);
    if (!sent.empty()) at.push_back(ms + 10);
    answer_all(Reply::Kind::unreachable);
  }
  BOOST_TEST(at == (std::vector<std::int64_t>{250, 750, 1750, 3750, 7750, 15'750, 25'750, 35'750, 45'750, 55'750}),
             boost::test_tools::per_element());
  BOOST_TEST(heard_of<ports::HostUnreachable>() == 1U);
  pass(10'000ms);
  BOOST_TEST(sent.size() == 1U);
  answer_all(Reply::Kind::refused);  // whatever it says: it is there
  BOOST_TEST(heard_of<ports::HostReachable>() == 1U);
  pass(20ms);
  BOOST_TEST(sent.size() > 1U);
}

BOOST_FIXTURE_TEST_CASE(of_one_subscription_one_message_is_on_its_way_in_the_order_of_the_rows, Played) {
  options.rate = 100'000;
  for (int i = 1; i <= 3; ++i) add(7);
  add(8);
  Numbers order;
  for (int i = 0; i < 6; ++i) {
    pass(20ms);
    for (const auto& m : sent) order.push_back(m.id);
    BOOST_TEST(std::count_if(sent.begin(), sent.end(), [](const auto& m) { return m.subscription == 7; }) <= 1);
    answer_all(Reply::Kind::success);
    pass(20ms);
    BOOST_TEST(sent.empty());  // not before what came of it is written down
    settle_all(Settlement::done);
  }
  BOOST_TEST(order == (Numbers{1, 4, 2, 3}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(one_that_waits_for_its_next_try_lets_the_others_by, Played) {
  add(7).due = std::chrono::milliseconds{(t0 + 10s).time_since_epoch()};
  add(7);
  pass(20ms);
  BOOST_TEST(sent_to("scscf.example") == Numbers{2}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_is_given_up_is_said_once_the_row_says_so, Played) {
  add(1);
  pass(20ms);
  answer(1, Reply::Kind::refused);
  BOOST_TEST_REQUIRE(settling.size() == 1U);
  BOOST_TEST(settled().empty());  // not yet: nothing is written
  settle(1, Settlement::not_stored);
  BOOST_TEST(settled().empty());
  BOOST_TEST(counters().given_up == 0U);
  pass(options.first_retry);
  answer(1, Reply::Kind::refused);
  settle(1, Settlement::given_up);
  BOOST_TEST_REQUIRE(told.size() == 1U);
  const auto& given_up = std::get<OutboxSettled>(told.front());
  BOOST_TEST((given_up.how == OutboxSettled::How::given_up));
  BOOST_TEST(given_up.entry.id == 1);
  BOOST_TEST(given_up.entry.error == "text");
  BOOST_TEST(counters().given_up == 1U);
}

BOOST_FIXTURE_TEST_CASE(how_each_message_ended_is_told_and_of_one_that_is_tried_again_nothing, Played) {
  using How = OutboxSettled::How;
  options.rate = 100'000;
  for (int i = 1; i <= 4; ++i) add(i);
  messenger = [](const OutboxEntry& entry) {
    if (entry.id == 3) return Messenger::Sent::nothing_to_say;
    return entry.id == 4 ? Messenger::Sent::not_permitted : Messenger::Sent::on_its_way;
  };
  pass(20ms);
  answer(1, Reply::Kind::success);
  answer(2, Reply::Kind::none);
  settle(2, Settlement::again);
  BOOST_TEST(told.empty());
  for (const auto id : {1, 3, 4}) settle(id, Settlement::done);
  BOOST_TEST((settled() == std::vector<How>{How::acknowledged, How::not_sent, How::not_sent}));
  BOOST_TEST(std::get<OutboxSettled>(told.front()).entry.host == "scscf.example");
}

BOOST_FIXTURE_TEST_CASE(what_is_not_written_down_is_done_again_but_not_at_once, Played) {
  options.rate = 10'000;
  add(1);
  pass(20ms);
  answer(1, Reply::Kind::success);
  settle(1, Settlement::not_stored);
  add(2);
  for (auto waited = 0ms; waited < options.first_retry - 20ms; waited += 20ms) pass(20ms);
  BOOST_TEST(sent.size() == 1U);
  pass(20ms);
  BOOST_TEST(sent_to("scscf.example") == (Numbers{1, 1, 2}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_is_too_old_is_settled_even_while_its_host_is_away, Played) {
  add(1).created = t0 - options.keep - 1h;
  pass(20ms);
  answer(1, Reply::Kind::unreachable);
  BOOST_TEST_REQUIRE(settling.size() == 1U);
  BOOST_TEST((settling.front().reply.kind == Reply::Kind::unreachable));
}

BOOST_FIXTURE_TEST_CASE(a_message_that_cannot_be_made_or_has_nothing_to_say_is_settled_at_once, Played) {
  options.rate = 10'000;
  options.window = 3;
  for (int i = 1; i <= 4; ++i) add(i);
  messenger = [](const OutboxEntry& e) -> Result<Messenger::Sent> {
    if (e.id == 1) return unavailable("the profile cannot be written");
    if (e.id == 2) return Messenger::Sent::nothing_to_say;
    return e.id == 3 ? Messenger::Sent::not_permitted : Messenger::Sent::on_its_way;
  };
  pass(20ms);
  BOOST_TEST_REQUIRE(settling.size() == 3U);
  BOOST_TEST((settling[0].reply.kind == Reply::Kind::refused));
  BOOST_TEST(settling[0].reply.text == "the profile cannot be written");
  BOOST_TEST((settling[1].reply.kind == Reply::Kind::success));
  BOOST_TEST((settling[2].reply.kind == Reply::Kind::unknown));
  pass(20ms);  // none of them counts against the window
  BOOST_TEST(sent.back().id == 4);
  BOOST_TEST(counters().sent == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_message_to_nobody_is_refused_and_a_late_answer_changes_nothing, Played) {
  add(1, "");
  add(2);
  pass(20ms);
  BOOST_TEST_REQUIRE(settling.size() == 1U);
  BOOST_TEST(settling.front().reply.text == "it names no host");
  answer(2, Reply::Kind::success);
  answer(2, Reply::Kind::none);
  answer(99, Reply::Kind::none);
  BOOST_TEST(settling.size() == 2U);
  BOOST_TEST(counters().answered == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_review_of_many_goes_on_a_batch_at_a_time_and_a_batch_that_is_not_written_is_done_again,
                        Played) {
  options.review_batch = 2;
  concerned = {3, 5, 8};
  add(0, "", AuthorizerReview{"waf.example"});
  const auto reviewed = [&](Stored stored) {
    if (stored == Stored::yes) rows.front() = reviews.back().review;
    take(event::Reviewed{reviews.back().review, stored});
  };
  pass(20ms);
  BOOST_TEST_REQUIRE(reviews.size() == 1U);
  BOOST_TEST(reviews.back().subscriptions == (Numbers{3, 5}), boost::test_tools::per_element());
  BOOST_TEST(!reviews.back().last);
  BOOST_TEST(patience() == 5ms);
  pass(20ms);
  BOOST_TEST(reviews.size() == 1U);  // not while it is being written
  reviewed(Stored::no);
  pass(20ms);
  BOOST_TEST(reviews.size() == 1U);
  pass(options.first_retry);
  BOOST_TEST_REQUIRE(reviews.size() == 2U);
  BOOST_TEST(reviews.back().subscriptions == (Numbers{3, 5}), boost::test_tools::per_element());
  reviewed(Stored::yes);
  pass(5ms);
  BOOST_TEST(reviews.size() == 2U);  // a pause between two batches
  pass(5ms);
  BOOST_TEST_REQUIRE(reviews.size() == 3U);
  BOOST_TEST(reviews.back().subscriptions == Numbers{8}, boost::test_tools::per_element());
  BOOST_TEST(reviews.back().last);
}

BOOST_FIXTURE_TEST_CASE(a_grants_window_is_looked_at_when_it_begins_or_ends_and_by_one_review_at_a_time, Played) {
  boundaries = {4, 9};
  pass(20ms);
  BOOST_TEST_REQUIRE(reviews.size() == 2U);
  BOOST_TEST(reviews[0].review.id == 0);  // no row asks for it
  take(event::Reviewed{reviews[0].review, Stored::yes});
  pass(20ms);
  BOOST_TEST(reviews.size() == 2U);  // looked at twice a second
  pass(500ms);
  BOOST_TEST_REQUIRE(reviews.size() == 3U);
  BOOST_TEST(reviews[2].review.subscription == 4);  // 9 is still being looked at
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_was_set_asks_for_a_review_of_everybody_until_the_store_has_it, Played) {
  pass(20ms);
  set_clock(2h);
  readable = false;
  pass(20ms);
  BOOST_TEST(heard_of<ports::ClockStepped>() == 1U);
  BOOST_TEST(appended.empty());
  readable = true;
  pass(20ms);
  BOOST_TEST_REQUIRE(appended.size() == 1U);
  BOOST_TEST(std::get<AuthorizerReview>(appended.front().body).authorizer.empty());
  pass(20ms);
  BOOST_TEST(appended.size() == 1U);
  take(event::ReviewAppended{appended.front(), Stored::no});
  pass(20ms);
  BOOST_TEST(appended.size() == 1U);
  pass(options.first_retry);
  BOOST_TEST(appended.size() == 2U);
  BOOST_TEST(heard_of<ports::ClockStepped>() == 1U);
}

}  // namespace
}  // namespace vouchsafe::testing
