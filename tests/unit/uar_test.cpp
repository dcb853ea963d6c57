#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

// TS 29.228, 6.1.1.1, step by step, and the decision before it. CONFORMANCE.md names these cases.
namespace vouchsafe::testing {
namespace {

struct Uar : CxFixture {
  Uar() { store.add(alice(), {}, {grant_of_impi("waf.example")}); }
  void served_by(const char* name_) {
    State s = store.state();
    s.scscf = Scscf{name_, "scscf.ims.example", "ims.example"};
    store.set_state(s);
  }
};

BOOST_FIXTURE_TEST_SUITE(uar, Uar)

BOOST_AUTO_TEST_CASE(step_1_an_unknown_impi_or_impu_is_user_unknown) {
  BOOST_TEST(ask(ua("", "nobody@ims.example")).verdict.code == result::user_unknown);
  BOOST_TEST(ask(ua("", "alice@ims.example", "sip:nobody@ims.example")).verdict.code == result::user_unknown);
}

BOOST_AUTO_TEST_CASE(step_2_identities_of_two_subscriptions_dont_match) {
  Profile bob = alice();
  bob.impis[0].impi = impi("bob@ims.example");
  bob.impus = {{impu("sip:bob@ims.example")}};
  store.add(bob);
  BOOST_TEST(ask(ua("", "bob@ims.example")).verdict.code == result::identities_dont_match);
}

BOOST_AUTO_TEST_CASE(step_3_a_set_barred_as_a_whole_is_rejected_and_a_partly_barred_one_is_not) {
  Profile p = alice();
  p.impis[0].impi = impi("eve@ims.example");
  p.impus = {{impu("sip:eve@ims.example"), 1, true},
             {impu("sip:eve2@ims.example"), 1, true},
             {impu("sip:eve3@ims.example"), 2, true},
             {impu("sip:eve4@ims.example"), 2}};
  store.add(p);
  BOOST_TEST(ask(ua("", "eve@ims.example", "sip:eve@ims.example")).verdict.code == result::authorization_rejected);
  BOOST_TEST(!ask(ua("", "eve@ims.example", "sip:eve@ims.example")).verdict.delegation_result.has_value());
  BOOST_TEST(ask(ua("", "eve@ims.example", "sip:eve3@ims.example")).verdict.code == result::first_registration);
}

BOOST_AUTO_TEST_CASE(step_4_roaming_is_checked_but_not_when_leaving) {
  auto r = ua();
  r.visited_network = "abroad.example";
  BOOST_TEST(ask(r).verdict.code == result::roaming_not_allowed);
  r.type = cx::UserAuthorizationType::registration_and_capabilities;
  BOOST_TEST(ask(r).verdict.code == result::roaming_not_allowed);
  r.type = cx::UserAuthorizationType::de_registration;
  served_by(scscf);
  BOOST_TEST(ask(r).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(step_4_an_emergency_registration_skips_barring_and_roaming) {
  Profile p = alice();
  p.impis[0].impi = impi("eve@ims.example");
  p.impus = {{impu("sip:eve@ims.example"), 1, true}};
  store.add(p);
  auto r = ua("", "eve@ims.example", "sip:eve@ims.example");
  r.visited_network = "abroad.example";
  r.emergency = true;
  BOOST_TEST(ask(r).verdict.code == result::first_registration);
}

BOOST_AUTO_TEST_CASE(step_4_capabilities_come_without_a_server_name) {
  Profile p = alice();
  p.impis[0].impi = impi("cap@ims.example");
  p.impus = {{impu("sip:cap@ims.example")}};
  p.capabilities = {{7}, {8, 9}};
  State s;
  s.scscf = Scscf{scscf, "h", "r"};
  store.add(p, s);
  auto r = ua("", "cap@ims.example", "sip:cap@ims.example");
  r.type = cx::UserAuthorizationType::registration_and_capabilities;
  const auto answer = ask(r);
  BOOST_TEST(answer.verdict.code == result::success);
  BOOST_TEST(answer.server_name.empty());
  BOOST_TEST_REQUIRE(answer.capabilities.has_value());
  BOOST_TEST(answer.capabilities->mandatory == std::vector<std::uint32_t>{7});
  BOOST_TEST(answer.capabilities->optional.size() == 2U);
}

BOOST_AUTO_TEST_CASE(step_5_nobody_served_is_a_first_registration_and_nothing_to_leave) {
  BOOST_TEST(ask(ua()).verdict.code == result::first_registration);
  auto r = ua();
  r.type = cx::UserAuthorizationType::de_registration;
  BOOST_TEST(ask(r).verdict.code == result::identity_not_registered);
}

BOOST_AUTO_TEST_CASE(step_5_a_stored_scscf_is_told_whatever_it_was_stored_for) {
  ask(ma());  // authentication pending stores it
  const auto answer = ask(ua());
  BOOST_TEST(answer.verdict.code == result::subsequent_registration);
  BOOST_TEST(answer.server_name == scscf);
  BOOST_TEST(ask(ua("", "alice@ims.example", "tel:+15550100")).server_name == scscf);
}

BOOST_AUTO_TEST_CASE(a_granted_vouching_is_authorized_until_its_grant_ends) {
  store.revoke_all();
  Grant g = grant_of_impi("waf.example");
  g.not_after = clock.now() + std::chrono::seconds{60};
  store.grant(g);
  const auto answer = ask(ua("waf.example"));
  BOOST_TEST(answer.verdict.code == result::first_registration);
  BOOST_TEST((answer.verdict.delegation_result == Reason::authorized));
  BOOST_TEST((answer.verdict.delegation_expiry == g.not_after));
}

BOOST_AUTO_TEST_CASE(a_refused_vouching_is_5003_with_its_reason) {
  const auto answer = ask(ua("other.example"));
  BOOST_TEST(answer.verdict.code == result::authorization_rejected);
  BOOST_TEST((answer.verdict.delegation_result == Reason::not_granted));
  BOOST_TEST(!memory.find(impi("alice@ims.example"), impu("sip:alice@ims.example")).has_value());
}

BOOST_AUTO_TEST_CASE(unknown_mismatched_and_not_granted_look_the_same_when_delegated) {
  Profile bob = alice();
  bob.impis[0].impi = impi("bob@ims.example");
  bob.impus = {{impu("sip:bob@ims.example")}};
  store.add(bob);
  for (const auto& r :
       {ua("other.example"), ua("other.example", "nobody@ims.example"),
        ua("other.example", "alice@ims.example", "sip:nobody@ims.example"), ua("waf.example", "bob@ims.example"),
        ua("waf.example", "nobody@ims.example", "sip:nobody@ims.example")}) {
    const auto answer = ask(r);
    BOOST_TEST(answer.verdict.code == result::authorization_rejected);
    BOOST_TEST((answer.verdict.delegation_result == Reason::not_granted));
    BOOST_TEST(answer.server_name.empty());
    BOOST_TEST(!answer.capabilities.has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_vouching_only_client_must_name_an_authorizer) {
  auto r = ua();
  r.common = common({}, "only.ims.example");
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_remembered_vouching_stands_for_the_plain_requests_and_ends) {
  ask(ua("waf.example"));
  BOOST_TEST(memory.find(impi("alice@ims.example"), impu("sip:alice@ims.example")).has_value());
  BOOST_TEST(ask(ua()).verdict.code == result::first_registration);
  // One that does not stand any more is forgotten, and does not hold up the subscriber's own phone.
  store.suspend("waf.example", true);
  BOOST_TEST(ask(ua()).verdict.code == result::first_registration);
  BOOST_TEST((decisions.refused == std::vector<Reason>{Reason::authorizer_suspended}));
  BOOST_TEST(memory.size() == 0U);
}

BOOST_AUTO_TEST_CASE(leaving_is_decided_but_not_remembered) {
  served_by(scscf);
  auto r = ua("waf.example");
  r.type = cx::UserAuthorizationType::de_registration;
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::authorized));
  BOOST_TEST(memory.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_pool_grant_covers_a_wildcarded_identity) {
  Profile p = alice();
  p.impis[0].impi = impi("pool@ims.example");
  p.impus = {{impu("sip:pool@ims.example")},
             {impu("sip:guest-!.*!@ims.example"), 2, false, PublicIdentity::Kind::wildcarded_impu}};
  store.add(p);
  store.add_pool(grant_to("waf.example", "sip:guest-!.*!@ims.example"));
  BOOST_TEST(ask(ua("waf.example", "pool@ims.example", "sip:guest-7@ims.example")).verdict.code ==
             result::first_registration);
  BOOST_TEST((ask(ua("waf.example", "pool@ims.example", "sip:pool@ims.example")).verdict.delegation_result ==
              Reason::not_granted));
}

BOOST_AUTO_TEST_CASE(a_grant_for_half_a_set_registers_none_of_it) {
  store.revoke_all();
  store.grant(grant_to("waf.example"));
  BOOST_TEST((ask(ua("waf.example")).verdict.delegation_result == Reason::not_granted));
  BOOST_TEST(decisions.last.uncovered == "tel:+15550100");
  store.grant(grant_to("waf.example", "tel:+15550100"));
  BOOST_TEST((ask(ua("waf.example")).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(a_barred_impu_of_the_set_needs_no_grant) {
  store.revoke_all();
  store.grant(grant_to("waf.example"));
  store.profile().impus[1].barred = true;
  BOOST_TEST((ask(ua("waf.example")).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(a_direct_impi_is_not_vouched_for_and_only_those_who_were_granted_learn_it) {
  store.profile().impis[0].way = WayToRegister::direct;
  BOOST_TEST((ask(ua("waf.example")).verdict.delegation_result == Reason::delegation_not_allowed));
  BOOST_TEST((ask(ua("other.example")).verdict.delegation_result == Reason::not_granted));
  BOOST_TEST(memory.size() == 0U);
}

BOOST_AUTO_TEST_CASE(an_emergency_vouching_serves_only_an_emergency) {
  auto r = ua("waf.example");
  r.emergency = true;
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::authorized));
  BOOST_TEST(decisions.count == 1);
  ask(ua());
  BOOST_TEST(decisions.count == 1);  // a plain request is not attributed to it
  BOOST_TEST(
      (ask(sa(cx::ServerAssignmentType::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_challenge_that_is_over_stores_no_scscf_any_more) {
  ask(ma());
  BOOST_TEST(ask(ua()).server_name == scscf);
  clock.pass(std::chrono::seconds{60});
  BOOST_TEST(ask(ua()).verdict.code == result::first_registration);
}

BOOST_AUTO_TEST_CASE(a_feature_that_is_insisted_on_and_unknown_is_5011_and_ours_is_not) {
  auto r = ua("waf.example");
  r.common.features = {{32473, 1, 1, true}};
  auto answer = ask(r);
  BOOST_TEST(answer.verdict.code == result::first_registration);
  BOOST_TEST(answer.verdict.features.size() == 2U);
  for (const FeatureList& unknown : {FeatureList{10415, 1, 4, true}, FeatureList{10415, 2, 1, true},
                                     FeatureList{99, 1, 1, true}, FeatureList{32473, 1, 3, true}}) {
    r.common.features = {unknown};
    answer = ask(r);
    BOOST_TEST(answer.verdict.code == result::feature_unsupported);
    BOOST_TEST(answer.verdict.features.size() == 2U);
  }
  r.common.features = {{10415, 1, 0xFFFFFFFF, false}};
  BOOST_TEST(ask(r).verdict.code == result::first_registration);
}

BOOST_AUTO_TEST_CASE(no_failure_of_the_store_ever_allows) {
  for (int after = 0;; ++after) {
    const FailingReader failing(store, after);
    const auto answer = end("UAR", cx::user_authorization(ua("waf.example"), failing, context));
    if (!failing.fired()) {
      BOOST_TEST(answer.verdict.code == result::first_registration);
      break;
    }
    BOOST_TEST(answer.verdict.code == result::unable_to_comply);
    BOOST_TEST(!answer.verdict.delegation_result.has_value());
    BOOST_TEST(memory.size() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_vouching_that_cannot_be_remembered_is_not_authorized) {
  delegation::VouchingMemory tiny(clock, std::chrono::seconds{32}, 0);
  cx::CxContext small{tiny, authentication, profiles, clock, settings, tokens, throttles, context.supported};
  Profile p = alice();
  cx::UaAnswer answer;
  // One entry a shard: sooner or later two IMPIs meet in one.
  for (int i = 0; i < 200; ++i) {
    const std::string user = "u" + std::to_string(i) + "@ims.example";
    p.impis[0].impi = impi(user);
    p.impus = {{impu("sip:" + user)}};
    store.add(p);
    store.add_pool(grant_to("waf.example", "sip:u!.*!@ims.example"));
    auto outcome = cx::user_authorization(ua("waf.example", user, "sip:" + user), store, small);
    ports::settle(outcome, tiny);
    answer = outcome.answer;
    if (answer.verdict.code != result::first_registration) break;
  }
  BOOST_TEST(answer.verdict.code == result::too_busy);
  BOOST_TEST(!answer.verdict.delegation_result.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
