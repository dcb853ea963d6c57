#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What the outbox holds and finds, asked of the database and of the fake.
namespace vouchsafe::testing {
namespace {

BOOST_AUTO_TEST_CASE_TEMPLATE(an_entry_comes_back_as_it_was_written_and_when_it_is_due, Store, Stores) {
  Store store;
  store.add(alice());
  const std::chrono::milliseconds at{1000};
  write(store, {ports::OutboxAddition{rtr("b.example", at + at)}, ports::OutboxAddition{rtr("a.example", at)}});
  BOOST_TEST(store.outbox().hosts().value() == (std::vector<std::string>{"a.example", "b.example"}),
             boost::test_tools::per_element());
  BOOST_TEST(store.outbox().due("b.example", at, horizon, 10).value().empty());
  BOOST_TEST(store.outbox().due("c.example", at, horizon, 10).value().empty());
  auto due = store.outbox().due("a.example", at, horizon, 10).value();
  BOOST_TEST_REQUIRE(due.size() == 1U);
  OutboxEntry entry = due.front();
  const auto& about = std::get<Termination>(entry.body);
  BOOST_TEST((about.impi == impi("alice@ims.example")));
  BOOST_TEST(about.impus.size() == 2U);
  BOOST_TEST(about.sets.back() == 7U);
  BOOST_TEST(entry.cause == "waf.example: NOT_GRANTED");
  BOOST_TEST(entry.origin == 5);
  BOOST_TEST((entry.created == now));
  entry.tries = 3;
  entry.error = "text";
  entry.due = at * 5;
  write(store, {ports::OutboxChange{entry}});
  BOOST_TEST(store.outbox().due("a.example", at, horizon, 10).value().empty());
  BOOST_TEST(store.outbox().due("a.example", at * 5, horizon, 10).value().front().tries == 3);
  BOOST_TEST(store.outbox().due("a.example", at * 5 - horizon * 2, horizon, 10).value().size() == 1U);  // set back
  entry.given_up = true;
  write(store, {ports::OutboxChange{entry}});
  BOOST_TEST(store.outbox().due("a.example", at * 5, horizon, 10).value().empty());
  BOOST_TEST(store.outbox().hosts().value().size() == 1U);
  write(store, {ports::OutboxRemoval{store.outbox().due("b.example", at * 5, horizon, 10).value().front().id}});
  BOOST_TEST(store.outbox().hosts().value().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_due_for_a_review_is_found, Store, Stores) {
  Store store;
  store.add(alice());
  State state;
  state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
  state.unregistered = {1};
  state.review_at = now;
  state.announced_names = 17;
  write(store, {ports::StateChange{1, state, false}});
  BOOST_TEST(store.outbox().to_review(now - std::chrono::seconds{1}, 10).value().empty());
  BOOST_TEST(store.outbox().to_review(now, 10).value().size() == 1U);
  BOOST_TEST(store.outbox().concerned("waf.example", 0, 10).value().size() == 1U);
  BOOST_TEST(store.outbox().concerned("waf.example", 1, 10).value().empty());
  BOOST_TEST((look(store, "alice@ims.example", nullptr).subscription->state == state));
}

const Scscf scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};

/// The state of a subscription whose S-CSCF serves it.
State served() {
  State state;
  state.scscf = scscf;
  state.unregistered = {1};
  return state;
}

/// The same, with a registration of the user that rests on something.
State served(const std::string& user, const Ground& ground, ReasonSet monitored = {}) {
  State state = served();
  state.registrations.push_back(
      registration(user + "@ims.example", "sip:" + user + "@ims.example", ground, scscf, now));
  state.registrations.front().bases.front().monitored = monitored;
  return state;
}

void same(const std::vector<std::int64_t>& found, const std::vector<std::int64_t>& wanted) {
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_oldest_entries_come_first_and_no_more_than_were_asked_for, Store, Stores) {
  Store store;
  store.add(alice());
  const std::chrono::milliseconds at{1000};
  const std::chrono::milliseconds before{999};
  write(store, {ports::OutboxAddition{rtr("a.example", at + horizon * 2)}, ports::OutboxAddition{rtr("a.example", at)},
                ports::OutboxAddition{rtr("a.example", before)}, ports::OutboxAddition{rtr("a.example", at)},
                ports::OutboxAddition{rtr("b.example", at)}});
  const auto due = [&](std::size_t limit) {
    std::vector<std::int64_t> ids;
    const auto found = store.outbox().due("a.example", at, horizon, limit).value();
    for (const auto& entry : found) ids.push_back(entry.id);
    return ids;
  };
  same(due(10), {3, 2, 4, 1});
  same(due(3), {3, 2, 4});
  same(due(1), {3});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_authorizer_concerns_whom_it_vouched_for_who_granted_it_and_whose_names_are_known,
                              Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  store.add_authorizer("other.example");
  store.add(subscriber("vouched"));
  store.add(subscriber("granted"), {}, {grant_to("waf.example", "sip:granted@ims.example")});
  store.add(subscriber("known"));
  store.add(subscriber("apart"), {}, {grant_to("other.example", "sip:apart@ims.example")});
  store.add(subscriber("away"), {}, {grant_to("waf.example", "sip:away@ims.example")});  // no S-CSCF serves it
  State known = served();
  known.announced_names = 17;
  const Vouched by_waf = vouched_by("waf.example", "sip:vouched@ims.example");
  write(store, {ports::StateChange{1, served("vouched", by_waf), false}, ports::StateChange{2, served(), false},
                ports::StateChange{3, known, false}, ports::StateChange{4, served(), false}});
  const auto concerned = [&](const std::string& authorizer, std::int64_t after, std::size_t limit) {
    return store.outbox().concerned(authorizer, after, limit).value();
  };
  same(concerned("waf.example", 0, 10), {1, 2, 3});
  same(concerned("waf.example", 0, 2), {1, 2});
  same(concerned("waf.example", 1, 1), {2});
  same(concerned("other.example", 0, 10), {3, 4});
  same(concerned("unknown.example", 0, 10), {3});
  same(concerned("", 0, 10), {1, 2, 3, 4});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reviews_that_are_due_come_by_their_time_and_no_more_than_were_asked_for, Store, Stores) {
  Store store;
  ports::Writes writes;
  std::int64_t number = 0;
  for (const int second : {3, 1, 4, 2}) {
    store.add(subscriber("user" + std::to_string(second)));
    State state = served();
    state.review_at = now + std::chrono::seconds{second};
    writes.emplace_back(ports::StateChange{++number, state, false});
  }
  write(store, std::move(writes));
  const Time then = now + std::chrono::seconds{3};
  same(store.outbox().to_review(then, 10).value(), {2, 4, 1});
  same(store.outbox().to_review(then, 2).value(), {2, 4});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(registrations_that_a_monitored_check_let_in_are_found_by_their_number, Store, Stores) {
  Store store;
  ReasonSet let_pass;
  let_pass.add(Reason::not_granted);
  ports::Writes writes;
  std::int64_t number = 0;
  for (const char* user : {"one", "two", "three"}) {
    store.add(subscriber(user));
    const ReasonSet reasons = ++number == 2 ? ReasonSet{} : let_pass;
    writes.emplace_back(ports::StateChange{number, served(user, Direct{}, reasons), false});
  }
  write(store, std::move(writes));
  same(store.outbox().monitored(0, 10).value(), {1, 3});
  same(store.outbox().monitored(0, 1).value(), {1});
  same(store.outbox().monitored(1, 10).value(), {3});
}

}  // namespace
}  // namespace vouchsafe::testing
