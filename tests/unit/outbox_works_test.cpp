#include "delegation/review_work.hpp"
#include "delegation/settling_work.hpp"
#include "support/registered.hpp"

#include <boost/test/unit_test.hpp>

// What becomes of an entry of the outbox.
namespace vouchsafe::testing {
namespace {

using ports::Reply;

struct Deregistering {
  FakeClock clock;
  MemoryStore store;
  delegation::OutboxOptions options;
  delegation::Settlement settlement = delegation::Settlement::not_stored;  ///< of the last reply
  Deregistering() {
    store.add_authorizer("waf.example");
    store.add(alice(), registered().state, {});
    run(delegation::review_work({one_review(), {1}, true}, policy, clock, [](delegation::Stored) {}));
  }
  static OutboxEntry one_review() {
    OutboxEntry review;
    review.subscription = 1;
    return review;
  }
  std::unique_ptr<ports::Work> settling(Reply::Kind kind) {
    return delegation::settling_work(store.entries.front(), {kind, "text"}, options, clock,
                                     [this](delegation::Settlement s) { settlement = s; });
  }
  [[nodiscard]] bool is_given_up() const { return settlement == delegation::Settlement::given_up; }
  void run(std::unique_ptr<ports::Work> work) { store.submit(std::move(work)); }
  void reply(Reply::Kind kind) { run(settling(kind)); }
  static std::shared_ptr<const Policy> policy() { return std::make_shared<const Policy>(); }
};

BOOST_FIXTURE_TEST_CASE(a_success_forgets_the_registration_and_the_message, Deregistering) {
  // An RTR, and the PPR that nobody may vouch any more, which no set is left for.
  BOOST_TEST_REQUIRE(store.entries.size() == 1U);
  reply(Reply::Kind::success);
  BOOST_TEST((settlement == delegation::Settlement::done));
  BOOST_TEST(store.entries.empty());
  BOOST_TEST(store.state().registrations.empty());
  BOOST_TEST(!store.state().scscf.has_value());
}

BOOST_FIXTURE_TEST_CASE(an_error_waits_longer_each_time_and_is_given_up_in_the_end, Deregistering) {
  options.tries = 4;
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 4; ++i) {
    BOOST_TEST(!is_given_up());
    reply(Reply::Kind::refused);
    waits.push_back((store.entries.front().due - std::chrono::milliseconds(clock.now().time_since_epoch())).count());
  }
  BOOST_TEST(waits == (std::vector<std::int64_t>{1000, 2000, 4000, 8000}), boost::test_tools::per_element());
  BOOST_TEST(is_given_up());
  BOOST_TEST(store.entries.front().given_up);
  BOOST_TEST(store.entries.front().error == "text");
  BOOST_TEST(store.state().registrations.empty());  // nobody will end it any more: it ends here
}

BOOST_FIXTURE_TEST_CASE(silence_names_each_impu_by_itself, Deregistering) {
  reply(Reply::Kind::none);
  BOOST_TEST((settlement == delegation::Settlement::again));
  BOOST_TEST_REQUIRE(store.entries.size() == 2U);
  const auto& first = body_of<Termination>(store.entries[0]);
  BOOST_TEST(first.impus.size() == 1U);
  BOOST_TEST(first.sets == std::vector<std::uint32_t>{1}, boost::test_tools::per_element());
  BOOST_TEST((body_of<Termination>(store.entries[1]).impus.front() == impu("tel:+15550100")));
  BOOST_TEST(store.state().registrations.front().leaving);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_given_up_until_a_row_says_so, Deregistering) {
  options.tries = 1;
  const auto work = settling(Reply::Kind::refused);
  BOOST_TEST(!work->prepare(store).empty());
  BOOST_TEST(!is_given_up());
  work->finish(unavailable("the test's store fails"));
  BOOST_TEST((settlement == delegation::Settlement::not_stored));
}

BOOST_FIXTURE_TEST_CASE(a_message_too_old_is_given_up_whatever_the_tries, Deregistering) {
  clock.pass(std::chrono::hours{25});
  reply(Reply::Kind::unreachable);
  BOOST_TEST(is_given_up());
}

BOOST_FIXTURE_TEST_CASE(what_an_scscf_has_let_go_of_is_over_whatever_was_made_there_since, Deregistering) {
  options.tries = 1;
  State anew = store.state();
  anew.registrations.front().leaving = false;
  anew.registrations.front().bases = {Basis{Direct{}, t0, {}}};
  store.set_state(anew);
  reply(Reply::Kind::refused);  // given up: the S-CSCF still has it
  BOOST_TEST(store.state().registrations.size() == 1U);
  reply(Reply::Kind::success);
  BOOST_TEST(store.state().registrations.empty());
}

BOOST_FIXTURE_TEST_CASE(what_is_pending_ends_with_the_registration, Deregistering) {
  State challenged = store.state();
  challenged.add_challenge(impi("alice@ims.example"),
                           {impu("sip:alice@ims.example"), 1, *challenged.scscf, t0 + std::chrono::minutes{1}, 1}, t0);
  store.set_state(challenged);
  reply(Reply::Kind::success);
  BOOST_TEST(store.state().challenging(t0) == nullptr);
}

BOOST_FIXTURE_TEST_CASE(what_concerns_an_impi_that_was_removed_is_settled_too, Deregistering) {
  store.profile().impis.front().impi = impi("renamed@ims.example");
  reply(Reply::Kind::success);
  BOOST_TEST(store.state().registrations.empty());
}

BOOST_FIXTURE_TEST_CASE(what_the_clock_asked_for_is_written_even_where_nothing_has_changed, Deregistering) {
  const auto work = delegation::review_work({one_review(), {1}, true}, policy, clock, [](delegation::Stored) {});
  BOOST_TEST(!work->prepare(store).empty());
}

BOOST_FIXTURE_TEST_CASE(a_subscription_that_cannot_be_read_holds_up_no_other_one, Deregistering) {
  Profile other = alice();
  other.impis.front().impi = impi("other@ims.example");
  other.impus = {{impu("sip:other@ims.example"), 1}};
  store.add(other);
  OutboxEntry of_many;
  of_many.id = 7;
  of_many.body = AuthorizerReview{"waf.example"};
  const FailingReader failing(store, 1);
  const auto work = delegation::review_work({of_many, {1, 2}, true}, policy, clock, [](delegation::Stored) {});
  const auto writes = work->prepare(failing);
  BOOST_TEST(failing.fired());
  std::vector<std::int64_t> alone;
  for (const auto& write : writes) {
    const auto* addition = std::get_if<ports::OutboxAddition>(&write);
    if (addition != nullptr && std::holds_alternative<SubscriptionReview>(addition->entry.body))
      alone.push_back(addition->entry.subscription);
  }
  BOOST_TEST(alone == std::vector<std::int64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(std::holds_alternative<ports::OutboxRemoval>(writes.back()));
  const auto one = delegation::review_work({one_review(), {1}, true}, policy, clock, [](delegation::Stored) {});
  BOOST_CHECK_THROW((void)one->prepare(FailingReader(store, 0)), std::runtime_error);  // its row stays as it is
}

BOOST_FIXTURE_TEST_CASE(a_store_that_fails_settles_no_message, Deregistering) {
  for (int after = 0;; ++after) {
    BOOST_TEST_REQUIRE(after < 10);
    const FailingReader failing(store, after);
    const auto work = settling(Reply::Kind::success);
    ports::Writes writes;
    try {
      writes = work->prepare(failing);
    } catch (const std::runtime_error&) {
      writes.clear();
    }
    if (!failing.fired()) {
      BOOST_TEST(after > 0);  // it does read, so that there was something to fail
      break;
    }
    BOOST_TEST(writes.empty());
  }
}

}  // namespace
}  // namespace vouchsafe::testing
