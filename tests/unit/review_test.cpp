#include "domain/review.hpp"

#include "support/registered.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// What still stands when something has changed, and what that calls for.
namespace vouchsafe::testing {
namespace {

namespace bdata = boost::unit_test::data;

RegisteredGrant active(Grant g) { return {std::move(g)}; }
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

struct Case {
  const char* title;
  std::vector<RegisteredGrant> grants;
  const char* cause;  ///< of the RTR; empty: it stands
  Suspensions suspensions = {};
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.title; }

const std::vector<Case> cases = {
    {"granted for each IMPU of the set",
     {active(grant_to("waf.example")), active(grant_to("waf.example", "tel:+15550100"))},
     ""},
    {"granted for half of the set", {active(grant_to("waf.example"))}, "waf.example: NOT_GRANTED"},
    {"granted for the IMPI", {active(grant_of_impi("waf.example"))}, ""},
    {"granted for another identity", {active(grant_to("waf.example", "tel:+15550100"))}, "waf.example: NOT_GRANTED"},
    {"no grant at all", {}, "waf.example: NOT_GRANTED"},
    {"granted to another", {active(grant_to("other.example"))}, "waf.example: NOT_GRANTED"},
    {"ends now", {active(window({}, t0))}, "waf.example: GRANT_EXPIRED"},
    {"ends a second later", {active(window({}, t0 + std::chrono::seconds{1}))}, ""},
    {"begins later", {active(window(t0 + std::chrono::seconds{1}, {}))}, "waf.example: GRANT_NOT_YET_VALID"},
    {"another grant still stands", {active(window({}, t0)), active(grant_of_impi("waf.example"))}, ""},
    {"narrowed to a WWSF", {active(through("shop.example"))}, "waf.example: WWSF_NOT_GRANTED"},
    {"held", {{grant_of_impi("waf.example")}}, "", {held()}},
    {"suspended", {{grant_of_impi("waf.example")}}, "waf.example: AUTHORIZER_SUSPENDED", {suspension()}},
};

BOOST_DATA_TEST_CASE(a_registration_stands_as_long_as_what_it_rests_on, bdata::make(cases), c) {
  const auto subscription = registered(c.grants, c.suspensions);
  const Review found = reviewed(subscription, c.grants, {}, Policy{}, t0, c.suspensions);
  const std::string cause = c.cause;
  BOOST_TEST(found.state.registrations.front().leaving == !cause.empty());
  const auto terminations = of_kind<Termination>(found.messages);
  BOOST_TEST(terminations.size() == (cause.empty() ? 0U : 1U));
  if (terminations.empty()) return;
  const OutboxEntry& rtr = terminations.front();
  BOOST_TEST(rtr.cause == cause);
  const auto& about = body_of<Termination>(rtr);
  BOOST_TEST((about.impi == impi("alice@ims.example")));
  BOOST_TEST((about.impus == std::vector<Impu>{impu("sip:alice@ims.example"), impu("tel:+15550100")}));
  BOOST_TEST(rtr.host == "scscf.ims.example");
}

BOOST_AUTO_TEST_CASE(a_second_review_calls_for_nothing_more) {
  Subscription subscription = registered();
  subscription.state = reviewed(subscription, {}, {}, Policy{}, t0).state;
  const Review again = reviewed(subscription, {}, {}, Policy{}, t0);
  BOOST_TEST(again.messages.empty());
  BOOST_TEST(!again.changed);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_ends_nothing_early_or_twice) {
  const std::vector<RegisteredGrant> grants{active(window({}, t0))};
  Subscription subscription = registered();
  BOOST_TEST(reviewed(subscription, grants, {}, Policy{}, t0 - std::chrono::seconds{1}).messages.empty());
  subscription.state = reviewed(subscription, grants, {}, Policy{}, t0).state;
  BOOST_TEST(subscription.state.registrations.front().leaving);
  const auto back = reviewed(subscription, grants, {}, Policy{}, t0 - std::chrono::hours{1});
  BOOST_TEST(of_kind<Termination>(back.messages).empty());
}

BOOST_AUTO_TEST_CASE(a_check_that_is_only_monitored_deregisters_nobody) {
  Policy policy;
  policy.monitor.add(Reason::not_granted);
  BOOST_TEST(!reviewed(registered(), {}, {}, policy, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(a_suspended_authorizer_is_enforced_where_only_the_grant_is_monitored) {
  Policy policy;
  policy.monitor.add(Reason::not_granted);
  BOOST_TEST(reviewed(registered(), {}, {}, policy, t0, {suspension()}).state.registrations.front().leaving);
  BOOST_TEST(review(registered(), {{}, Authorizers{}}, {}, policy, t0).messages.front().cause ==
             "waf.example: AUTHORIZER_UNKNOWN");
}

BOOST_AUTO_TEST_CASE(what_stands_only_as_a_check_is_monitored_is_marked_and_ends_with_that) {
  Policy policy;
  policy.monitor.add(Reason::not_granted);
  Subscription subscription = registered();
  subscription.state = reviewed(subscription, {}, {}, policy, t0).state;
  BOOST_TEST(subscription.state.anything_monitored());
  BOOST_TEST(reviewed(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(a_direct_registration_rests_on_no_grant) {
  Subscription subscription = registered({});
  subscription.state.registrations.front().bases = {Basis{Direct{}, t0, {}}};
  BOOST_TEST(reviewed(subscription, {}, {}, Policy{}, t0).messages.empty());
}

BOOST_AUTO_TEST_CASE(a_basis_that_fell_ends_the_registration_whatever_else_it_rests_on) {
  Subscription subscription = registered({});
  subscription.state.registrations.front().bases.push_back({Direct{}, t0, {}});
  const auto found = reviewed(subscription, {}, {}, Policy{}, t0);
  BOOST_TEST(found.state.registrations.front().leaving);
  BOOST_TEST_REQUIRE(!found.messages.empty());
  BOOST_TEST(found.messages.front().cause == "waf.example: NOT_GRANTED");
}

BOOST_AUTO_TEST_CASE(a_registration_is_ended_at_the_scscf_that_accepted_it) {
  Subscription subscription = registered({});
  subscription.state.scscf = Scscf{"sip:other.ims.example", "other.ims.example", "ims.example", "other.ims.example"};
  const auto found = reviewed(subscription, {}, {}, Policy{}, t0);
  BOOST_TEST_REQUIRE(!found.messages.empty());
  BOOST_TEST(found.messages.front().host == "scscf.ims.example");
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
  BOOST_TEST(!reviewed(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
  alice.way = WayToRegister::delegated;
  BOOST_TEST(reviewed(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(every_check_that_was_only_monitored_must_still_be) {
  Subscription subscription = registered();
  subscription.state.registrations.front().bases = {
      Basis{vouched_by("waf.example"), t0, let_pass({Reason::relay_not_trusted, Reason::token_required})}};
  const std::vector<RegisteredGrant> grants{active(grant_of_impi("waf.example"))};
  Policy policy;
  policy.monitor = let_pass({Reason::relay_not_trusted, Reason::token_required});
  BOOST_TEST(!reviewed(subscription, grants, {}, policy, t0).state.registrations.front().leaving);
  policy.monitor = let_pass({Reason::relay_not_trusted});
  BOOST_TEST(reviewed(subscription, grants, {}, policy, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(what_a_monitored_check_let_in_ends_when_the_check_is_enforced) {
  Subscription subscription = registered();
  auto& bases = subscription.state.registrations.front().bases;
  bases = {Basis{TrustedNode{}, t0, let_pass({Reason::delegation_required})}};
  Policy policy;
  policy.clients = {{"scscf.ims.example", {Role::s_cscf}}};
  policy.monitor_roles = {{Role::s_cscf, {}}};
  policy.monitor_roles.front().reasons.add(Reason::delegation_required);
  BOOST_TEST(!reviewed(subscription, {}, {}, policy, t0).state.registrations.front().leaving);
  BOOST_TEST(reviewed(subscription, {}, {}, Policy{}, t0).state.registrations.front().leaving);
  bases = {Basis{vouched_by("waf.example"), t0, let_pass({Reason::relay_not_trusted})}};
  const std::vector<RegisteredGrant> grants{active(grant_of_impi("waf.example"))};
  BOOST_TEST(reviewed(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(another_way_to_register_ends_what_it_does_not_allow) {
  const std::vector<RegisteredGrant> grants{active(grant_of_impi("waf.example"))};
  Subscription subscription = registered();
  subscription.profile.impis[0].way = WayToRegister::direct;
  BOOST_TEST(reviewed(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
  subscription.profile.impis[0].way = WayToRegister::delegated;
  BOOST_TEST(!reviewed(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
  subscription.state.registrations.front().bases.push_back({Direct{}, t0, {}});
  BOOST_TEST(reviewed(subscription, grants, {}, Policy{}, t0).state.registrations.front().leaving);
}

BOOST_AUTO_TEST_CASE(a_push_tells_what_has_changed_once_for_each_set) {
  const std::vector<RegisteredGrant> grants{active(grant_of_impi("waf.example"))};
  Subscription subscription = registered();
  subscription.profile.impus.push_back({impu("sip:work@ims.example"), 2});
  subscription.state.unregistered = {2};
  const ReviewRequest asked{"profile changed", {true, true, {}}};
  const auto found = reviewed(subscription, grants, asked, Policy{}, t0);
  BOOST_TEST_REQUIRE(found.messages.size() == 2U);
  const auto& first = body_of<ProfilePush>(found.messages[0]);
  const auto& second = body_of<ProfilePush>(found.messages[1]);
  BOOST_TEST(first.charging);
  BOOST_TEST(!first.allowed);
  BOOST_TEST(!second.charging);
  BOOST_TEST(second.sets.front() == 2U);
}

BOOST_AUTO_TEST_CASE(who_may_vouch_is_told_when_it_changes_and_looked_at_again_at_the_next_boundary) {
  const Time later = t0 + std::chrono::hours{1};
  const std::vector<RegisteredGrant> grants{active(grant_of_impi("waf.example")), active([&] {
                                              Grant g = grant_to("other.example");
                                              g.not_before = later;
                                              return g;
                                            }())};
  const auto now = reviewed(registered(), grants, {}, Policy{}, t0);
  BOOST_TEST(now.messages.empty());
  BOOST_TEST((now.state.review_at == later));
  Subscription subscription = registered();
  subscription.state = now.state;
  const auto then = reviewed(subscription, grants, {}, Policy{}, later);
  BOOST_TEST_REQUIRE(then.messages.size() == 1U);
  BOOST_TEST(body_of<ProfilePush>(then.messages.front()).allowed);
  BOOST_TEST(!then.state.review_at.has_value());
}

}  // namespace
}  // namespace vouchsafe::testing
