#include "cx/registration_termination.hpp"
#include "delegation/clock_watch.hpp"
#include "delegation/outbox_works.hpp"
#include "domain/allowed_names.hpp"
#include "domain/review.hpp"
#include "profile/schema.hpp"
#include "profile/sh_documents.hpp"
#include "support/cx_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// What changes call for: reviews, and what becomes of a debt.
namespace vouchsafe::testing {
namespace {

namespace bdata = boost::unit_test::data;
using ports::Reply;

const Time t0{std::chrono::seconds{1'800'000'000}};

/// alice, registered by waf.example's word at an S-CSCF that knows it.
Subscription registered(std::vector<RegisteredGrant> known = {
                            {grant_of_impi("waf.example"), Authorizer::State::active}}) {
  Subscription s{1, 1, alice(), {}};
  s.state.scscf = Scscf{scscf, "scscf.ims.example", "ims.example", "scscf.ims.example"};
  s.state.registrations.push_back(
      registration("alice@ims.example", "sip:alice@ims.example", vouched_by("waf.example"), *s.state.scscf, t0));
  s.state.told = fingerprint(allowed_names(known, t0));
  return s;
}

RegisteredGrant active(Grant g) { return {std::move(g), Authorizer::State::active}; }
Grant window(std::optional<Time> from, std::optional<Time> to) {
  Grant g = grant_of_impi("waf.example");
  g.not_before = from;
  g.not_after = to;
  return g;
}
Grant through(const std::string& wwsf) {
  Grant g = grant_of_impi("waf.example");
  g.wwsf = {name(wwsf)};
  return g;
}
Grant for_impi() { return grant_of_impi("waf.example"); }

struct Case {
  const char* title;
  std::vector<RegisteredGrant> grants;
  const char* cause;  ///< of the RTR; empty: it stands
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.title; }

const std::vector<Case> cases = {
    {"granted for each IMPU of the set",
     {active(grant_to("waf.example")), active(grant_to("waf.example", "tel:+15550100"))},
     ""},
    {"granted for half of the set", {active(grant_to("waf.example"))}, "waf.example: NOT_GRANTED"},
    {"granted for the IMPI", {active(for_impi())}, ""},
    {"granted for another identity", {active(grant_to("waf.example", "tel:+15550100"))}, "waf.example: NOT_GRANTED"},
    {"no grant at all", {}, "waf.example: NOT_GRANTED"},
    {"granted to another", {active(grant_to("other.example"))}, "waf.example: NOT_GRANTED"},
    {"ends now", {active(window({}, t0))}, "waf.example: GRANT_EXPIRED"},
    {"ends a second later", {active(window({}, t0 + std::chrono::seconds{1}))}, ""},
    {"begins later", {active(window(t0 + std::chrono::seconds{1}, {}))}, "waf.example: GRANT_NOT_YET_VALID"},
    {"another grant still stands", {active(window({}, t0)), active(for_impi())}, ""},
    {"narrowed to a WWSF", {active(through("shop.example"))}, "waf.example: WWSF_NOT_GRANTED"},
    {"held", {{grant_of_impi("waf.example"), Authorizer::State::held}}, ""},
    {"suspended", {{grant_of_impi("waf.example"), Authorizer::State::suspended}}, "waf.example: AUTHORIZER_SUSPENDED"},
};

BOOST_DATA_TEST_CASE(a_registration_stands_as_long_as_what_it_rests_on, bdata::make(cases), c) {
  const auto subscription = registered(c.grants);
  const Review found = review(subscription, c.grants, {}, Policy{}, t0);
  const std::string cause = c.cause;
  BOOST_TEST(found.state.registrations.front().leaving == !cause.empty());
  std::vector<Debt> terminations;
  for (const auto& debt : found.debts) {
    if (debt.kind == Debt::Kind::registration_termination) terminations.push_back(debt);
  }
  BOOST_TEST(terminations.size() == (cause.empty() ? 0U : 1U));
  if (terminations.empty()) return;
  const Debt& rtr = terminations.front();
  BOOST_TEST(rtr.cause == cause);
  BOOST_TEST(rtr.impi == "alice@ims.example");
  BOOST_TEST(rtr.impus == (std::vector<std::string>{"sip:alice@ims.example", "tel:+15550100"}),
             boost::test_tools::per_element());
  BOOST_TEST(rtr.host == "scscf.ims.example");
}

BOOST_AUTO_TEST_CASE(a_second_review_owes_nothing_more) {
  Subscription subscription = registered();
  subscription.state = review(subscription, {}, {}, Policy{}, t0).state;
  const Review again = review(subscription, {}, {}, Policy{}, t0);
  BOOST_TEST(again.debts.empty());
  BOOST_TEST(!again.changed);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_ends_nothing_early_or_twice) {
  const std::vector<RegisteredGrant> grants{active(window({}, t0))};
  Subscription subscription = registered();
  BOOST_TEST(review(subscription, grants, {}, Policy{}, t0 - std::chrono::seconds{1}).debts.empty());
  subscription.state = review(subscription, grants, {}, Policy{}, t0).state;
  BOOST_TEST(subscription.state.registrations.front().leaving);
  for (const auto& debt : review(subscription, grants, {}, Policy{}, t0 - std::chrono::hours{1}).debts)
    BOOST_TEST((debt.kind != Debt::Kind::registration_termination));
}

BOOST_AUTO_TEST_CASE(a_check_that_is_only_monitored_deregisters_nobody) {
  Policy policy;
  policy.monitor.add(Reason::not_granted);
  BOOST_TEST(!review(registered(), {}, {}, policy, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(a_direct_registration_rests_on_no_grant) {
  Subscription subscription = registered({});
  subscription.state.registrations.front().bases = {Basis{Direct{}, t0, {}}};
  BOOST_TEST(review(subscription, {}, {}, Policy{}, t0).debts.empty());
}

BOOST_AUTO_TEST_CASE(a_basis_that_fell_ends_the_registration_whatever_else_it_rests_on) {
  Subscription subscription = registered({});
  subscription.state.registrations.front().bases.push_back({Direct{}, t0, {}});
  const auto found = review(subscription, {}, {}, Policy{}, t0);
  BOOST_TEST(found.state.registrations.front().leaving);
  BOOST_TEST_REQUIRE(!found.debts.empty());
  BOOST_TEST(found.debts.front().cause == "waf.example: NOT_GRANTED");
}

BOOST_AUTO_TEST_CASE(a_registration_is_ended_at_the_scscf_that_accepted_it) {
  Subscription subscription = registered({});
  subscription.state.scscf = Scscf{"sip:other.ims.example", "other.ims.example", "ims.example", "other.ims.example"};
  const auto found = review(subscription, {}, {}, Policy{}, t0);
  BOOST_TEST_REQUIRE(!found.debts.empty());
  BOOST_TEST(found.debts.front().host == "scscf.ims.example");
}

ReasonSet let_pass(std::initializer_list<Reason> reasons) {
  ReasonSet out;
  for (const Reason reason : reasons) out.add(reason);
  return out;
}

BOOST_AUTO_TEST_CASE(a_way_of_delegation_alone_is_not_met_by_a_scheme_that_the_hss_never_sees) {
  Subscription subscription = registered();
  auto& alice = subscription.profile.impis[0];
  alice.scheme = AuthenticationScheme::giba;
  subscription.state.registrations.front().bases = {Basis{TrustedNode{}, t0, {}}};
  BOOST_TEST(!review(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
  alice.way = WayToRegister::delegated;
  BOOST_TEST(review(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(every_check_that_was_only_monitored_must_still_be) {
  Subscription subscription = registered();
  subscription.state.registrations.front().bases = {
      Basis{vouched_by("waf.example"), t0, let_pass({Reason::relay_not_trusted, Reason::token_required})}};
  const std::vector<RegisteredGrant> grants{active(for_impi())};
  Policy policy;
  policy.monitor = let_pass({Reason::relay_not_trusted, Reason::token_required});
  BOOST_TEST(!review(subscription, grants, {}, policy, t0).state.registrations.front().leaving);
  policy.monitor = let_pass({Reason::relay_not_trusted});
  BOOST_TEST(review(subscription, grants, {}, policy, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(what_a_monitored_check_let_in_ends_when_the_check_is_enforced) {
  Subscription subscription = registered();
  auto& bases = subscription.state.registrations.front().bases;
  bases = {Basis{TrustedNode{}, t0, let_pass({Reason::delegation_required})}};
  Policy policy;
  policy.clients = {{"scscf.ims.example", {Role::s_cscf}}};
  policy.monitor_roles = {{Role::s_cscf, {}}};
  policy.monitor_roles.front().reasons.add(Reason::delegation_required);
  BOOST_TEST(!review(subscription, {}, {}, policy, t0).state.registrations.front().leaving);
  BOOST_TEST(review(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
  bases = {Basis{vouched_by("waf.example"), t0, let_pass({Reason::relay_not_trusted})}};
  const std::vector<RegisteredGrant> grants{active(for_impi())};
  BOOST_TEST(review(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(another_way_to_register_ends_what_it_does_not_allow) {
  const std::vector<RegisteredGrant> grants{active(for_impi())};
  Subscription subscription = registered();
  subscription.profile.impis[0].way = WayToRegister::direct;
  BOOST_TEST(review(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
  subscription.profile.impis[0].way = WayToRegister::delegated;
  BOOST_TEST(!review(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
  subscription.state.registrations.front().bases.push_back({Direct{}, t0, {}});
  BOOST_TEST(review(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(a_step_of_the_clock_is_noticed_once_and_slewing_is_not) {
  FakeClock clock;
  delegation::ClockWatch watch(clock);
  for (int i = 0; i < 100; ++i) {
    clock.pass(std::chrono::seconds{10});
    BOOST_TEST(watch.step().count() == 0);
  }
  clock.set(std::chrono::hours{-2});
  BOOST_TEST(watch.step().count() == -7200);
  BOOST_TEST(watch.step().count() == 0);
  clock.set(std::chrono::hours{2});
  BOOST_TEST(watch.step().count() == 7200);
}

BOOST_AUTO_TEST_CASE(a_push_tells_what_has_changed_once_for_each_set) {
  const std::vector<RegisteredGrant> grants{active(for_impi())};
  Subscription subscription = registered();
  subscription.profile.impus.push_back({impu("sip:work@ims.example"), 2});
  subscription.state.unregistered = {2};
  Debt asked;
  asked.user_data = true;
  asked.charging = true;
  const auto found = review(subscription, grants, asked, Policy{}, t0);
  BOOST_TEST_REQUIRE(found.debts.size() == 2U);
  BOOST_TEST(found.debts[0].charging);
  BOOST_TEST(!found.debts[0].allowed);
  BOOST_TEST(!found.debts[1].charging);
  BOOST_TEST(found.debts[1].sets.front() == 2U);
}

BOOST_AUTO_TEST_CASE(who_may_vouch_is_told_when_it_changes_and_looked_at_again_at_the_next_boundary) {
  const Time later = t0 + std::chrono::hours{1};
  const std::vector<RegisteredGrant> grants{active(for_impi()), active([&] {
                                              Grant g = grant_to("other.example");
                                              g.not_before = later;
                                              return g;
                                            }())};
  const auto now = review(registered(), grants, {}, Policy{}, t0);
  BOOST_TEST(now.debts.empty());
  BOOST_TEST((now.state.review_at == later));
  Subscription subscription = registered();
  subscription.state = now.state;
  const auto then = review(subscription, grants, {}, Policy{}, later);
  BOOST_TEST_REQUIRE(then.debts.size() == 1U);
  BOOST_TEST(then.debts.front().allowed);
  BOOST_TEST(!then.state.review_at.has_value());
}

// ---- debts

struct Owed {
  FakeClock clock;
  MemoryStore store;
  delegation::OutboxOptions options;
  bool stored = true;
  Owed() {
    store.add_authorizer("waf.example");
    store.add(alice(), registered().state, {});
    run(delegation::review_work(one_review(), {1}, true, policy, clock, done()));
  }
  static Debt one_review() {
    Debt debt;
    debt.subscription = 1;
    return debt;
  }
  delegation::Done done() {
    return [this](const Result<void>& outcome) { stored = outcome.has_value(); };
  }
  void run(std::unique_ptr<ports::Work> work) { store.submit(std::move(work)); }
  void reply(Reply::Kind kind, std::shared_ptr<bool> given_up = std::make_shared<bool>(false)) {
    run(delegation::settling_work(store.debts.front(), {kind, "text"}, options, clock, given_up, done()));
  }
  static const Policy& policy() {
    static const Policy instance;
    return instance;
  }
};

BOOST_FIXTURE_TEST_CASE(a_success_forgets_the_registration_and_the_debt, Owed) {
  // An RTR, and the PPR that nobody may vouch any more, which no set is left for.
  BOOST_TEST_REQUIRE(store.debts.size() == 1U);
  reply(Reply::Kind::success);
  BOOST_TEST(store.debts.empty());
  BOOST_TEST(store.state().registrations.empty());
  BOOST_TEST(!store.state().scscf.has_value());
}

BOOST_FIXTURE_TEST_CASE(an_error_waits_longer_each_time_and_is_given_up_in_the_end, Owed) {
  options.tries = 4;
  std::vector<std::int64_t> waits;
  auto given_up = std::make_shared<bool>(false);
  for (int i = 0; i < 4; ++i) {
    reply(Reply::Kind::refused, given_up);
    waits.push_back((store.debts.front().due - std::chrono::milliseconds(clock.now().time_since_epoch())).count());
  }
  BOOST_TEST(waits == (std::vector<std::int64_t>{1000, 2000, 4000, 8000}), boost::test_tools::per_element());
  BOOST_TEST(*given_up);
  BOOST_TEST(store.debts.front().given_up);
  BOOST_TEST(store.debts.front().error == "text");
  BOOST_TEST(store.state().registrations.empty());  // nobody will end it any more: it ends here
}

BOOST_FIXTURE_TEST_CASE(silence_names_each_impu_by_itself, Owed) {
  reply(Reply::Kind::none);
  BOOST_TEST_REQUIRE(store.debts.size() == 2U);
  BOOST_TEST(store.debts[0].impus.size() == 1U);
  BOOST_TEST(store.debts[0].sets == std::vector<std::uint32_t>{1}, boost::test_tools::per_element());
  BOOST_TEST(store.debts[1].impus.front() == "tel:+15550100");
  BOOST_TEST(store.state().registrations.front().leaving);
}

BOOST_FIXTURE_TEST_CASE(a_debt_too_old_is_given_up_whatever_the_tries, Owed) {
  clock.pass(std::chrono::hours{25});
  auto given_up = std::make_shared<bool>(false);
  reply(Reply::Kind::unreachable, given_up);
  BOOST_TEST(*given_up);
}

BOOST_FIXTURE_TEST_CASE(a_registration_made_anew_is_kept_by_a_late_answer, Owed) {
  State anew = store.state();
  anew.registrations.front().leaving = false;
  anew.registrations.front().bases = {Basis{Direct{}, t0, {}}};
  store.set_state(anew);
  reply(Reply::Kind::success);
  BOOST_TEST(store.state().registrations.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_is_owed_for_an_impi_that_was_removed_is_settled_too, Owed) {
  store.profile().impis.front().impi = impi("renamed@ims.example");
  reply(Reply::Kind::success);
  BOOST_TEST(store.state().registrations.empty());
}

BOOST_FIXTURE_TEST_CASE(what_the_clock_asked_for_is_written_even_where_nothing_has_changed, Owed) {
  const auto work = delegation::review_work(one_review(), {1}, true, policy, clock, done());
  BOOST_TEST(!work->prepare(store).empty());
}

BOOST_AUTO_TEST_CASE(an_end_for_good_is_told_whatever_came_since_and_that_another_serves_is_not) {
  ports::View view;
  view.subscription = registered();
  Debt debt;
  debt.host = "scscf.ims.example";
  debt.impi = "alice@ims.example";
  debt.sets = {1};
  debt.reason = TerminationReason::permanent_termination;
  BOOST_TEST(cx::registration_termination(debt, view).has_value());
  debt.reason = TerminationReason::new_server_assigned;
  BOOST_TEST(!cx::registration_termination(debt, view).has_value());
  view.subscription->state.registrations.front().leaving = true;
  BOOST_TEST(cx::registration_termination(debt, view).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_store_that_fails_pays_no_debt, Owed) {
  for (int after = 0;; ++after) {
    BOOST_TEST_REQUIRE(after < 10);
    const FailingReader failing(store, after);
    auto given_up = std::make_shared<bool>(false);
    const auto work =
        delegation::settling_work(store.debts.front(), {Reply::Kind::success, {}}, options, clock, given_up, done());
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

// ---- documents

BOOST_AUTO_TEST_CASE(grants_survive_their_document) {
  const profile::ShDocuments documents;
  std::vector<Grant> grants{window(t0, t0 + std::chrono::hours{1}), for_impi()};
  grants[1].authorizer = name("https://waf.example/path");
  grants[1].wwsf = {name("shop.example"), name("other.example")};
  const auto xml = documents.write_grants(grants).value();
  BOOST_TEST_CONTEXT(xml) {
    const auto read = documents.read_grants(xml, impu("sip:alice@ims.example"));
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST((*read == grants));
  }
  const auto pool = documents.read_grants(documents.write_grants({grant_to("waf.example")}).value(),
                                          impu("sip:pool-!.*!@ims.example"));
  BOOST_TEST((pool.value().front().kind == Grant::Subject::pool));
}

BOOST_AUTO_TEST_CASE(sh_data_are_what_they_say_and_repository_data_keep_their_namespaces) {
  const profile::ShDocuments documents;
  const auto update = documents.read(
      "<Sh-Data xmlns:a=\"urn:a\"><RepositoryData><ServiceIndication> x </ServiceIndication><SequenceNumber>65535"
      "</SequenceNumber><ServiceData><a:n a:k=\"1\">&lt;</a:n></ServiceData></RepositoryData></Sh-Data>");
  BOOST_TEST_REQUIRE(update.has_value());
  BOOST_TEST(update->service_indication == "x");
  BOOST_TEST(update->sequence == 65535);
  BOOST_TEST(*update->service_data == "<a:n xmlns:a=\"urn:a\" a:k=\"1\">&lt;</a:n>");
  BOOST_TEST(next_sequence(65535) == 1);
  ports::ShData data;
  data.public_identities = {"sip:a&b@ims.example"};
  data.user_state = ImsUserState::registered;
  BOOST_TEST(documents.write(data).value() ==
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Sh-Data><PublicIdentifiers><IMSPublicIdentity>sip:a&amp;b@"
             "ims.example</IMSPublicIdentity></PublicIdentifiers><Sh-IMS-Data><IMSUserState>1</IMSUserState>"
             "</Sh-IMS-Data></Sh-Data>");
}

}  // namespace
}  // namespace vouchsafe::testing
