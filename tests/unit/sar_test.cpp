#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

// TS 29.228, 6.1.2.1, step by step, and check 1 of the decision.
namespace vouchsafe::testing {
namespace {

using Type = cx::ServerAssignmentType;

struct Sar : CxFixture {
  Sar() {
    Profile p = alice();
    p.impis.push_back({impi("alice2@ims.example")});
    p.impus.push_back({impu("sip:second@ims.example"), 2, false, PublicIdentity::Kind::distinct, "unregistered"});
    p.charging.primary_event = "aaa://ccf.ims.example";
    store.add(p, {}, {grant_of_impi("waf.example")});
  }
  void register_alice() {
    ask(ma());
    ask(sa(Type::registration));
  }
  [[nodiscard]] bool registered(std::uint32_t irs = 1) const { return store.state().registered(irs); }
};

BOOST_FIXTURE_TEST_SUITE(sar, Sar)

BOOST_AUTO_TEST_CASE(steps_1_and_2_check_the_identities) {
  BOOST_TEST(ask(sa(Type::registration, "nobody@ims.example")).verdict.code == result::user_unknown);
  Profile bob = alice();
  bob.impis[0].impi = impi("bob@ims.example");
  bob.impus = {{impu("sip:bob@ims.example")}};
  store.add(bob);
  BOOST_TEST(ask(sa(Type::registration, "bob@ims.example")).verdict.code == result::identities_dont_match);
  BOOST_TEST(ask(sa(Type::registration, "", "")).verdict.code == result::missing_avp);
}

BOOST_AUTO_TEST_CASE(step_3_several_impus_only_with_deregistration) {
  for (std::uint32_t type = 0; type < 12; ++type) {
    auto r = sa(static_cast<Type>(type));
    r.impus.push_back(impu("tel:+15550100"));
    const bool many_allowed = (type >= 4 && type <= 8) || type == 11;
    BOOST_TEST_CONTEXT("type " << type)
    BOOST_TEST((ask(r).verdict.code == result::avp_occurs_too_many_times) == !many_allowed);
  }
}

BOOST_AUTO_TEST_CASE(step_4_registration_registers_the_set_and_describes_the_subscription) {
  ask(ma());
  const auto answer = ask(sa(Type::registration));
  BOOST_TEST(answer.verdict.code == result::success);
  BOOST_TEST(registered());
  BOOST_TEST(!registered(2));
  BOOST_TEST(store.state().authentications.at(0).challenges.empty());
  BOOST_TEST(answer.user_data == "<alice@ims.example 1>");
  BOOST_TEST(answer.charging.primary_event == "aaa://ccf.ims.example");
  BOOST_TEST((answer.associated == std::vector<Impi>{impi("alice2@ims.example")}));
  BOOST_TEST((answer.allowed.wafs == std::vector<AuthorizerName>{name("waf.example")}));
}

BOOST_AUTO_TEST_CASE(step_4_user_data_that_is_there_already_is_not_sent_again) {
  ask(ma());
  auto r = sa(Type::registration);
  r.user_data_available = true;
  BOOST_TEST(ask(r).user_data.empty());
}

BOOST_AUTO_TEST_CASE(step_4_shared_sets_go_by_number_to_an_scscf_that_has_the_feature) {
  ask(ma());
  auto r = sa(Type::registration);
  r.common.features = {{10415, 1, 1, false}};
  BOOST_TEST(ask(r).user_data == "<alice@ims.example 1 shared>");
}

BOOST_AUTO_TEST_CASE(step_4_another_scscf_is_told_who_serves) {
  register_alice();
  auto r = sa(Type::re_registration);
  r.server_name = "sip:other.ims.example";
  const auto answer = ask(r);
  BOOST_TEST(answer.verdict.code == result::identity_already_registered);
  BOOST_TEST(answer.server_name == scscf);
  r.type = Type::unregistered_user;
  BOOST_TEST(ask(r).verdict.code == result::identity_already_registered);
  BOOST_TEST(store.state().scscf->name == scscf);
}

BOOST_AUTO_TEST_CASE(step_4_an_unregistered_user_gets_a_server_and_a_registered_one_is_in_the_wrong_state) {
  const auto answer = ask(sa(Type::unregistered_user, "", "sip:second@ims.example"));
  BOOST_TEST(answer.verdict.code == result::success);
  BOOST_TEST(answer.user_data == "<alice@ims.example 2>");
  BOOST_TEST(store.state().registered_unregistered_services(2));
  register_alice();
  BOOST_TEST(ask(sa(Type::unregistered_user)).verdict.code == result::in_assignment_type);
}

BOOST_AUTO_TEST_CASE(step_4_no_assignment_is_for_the_serving_scscf_and_changes_nothing) {
  BOOST_TEST(ask(sa(Type::no_assignment)).verdict.code == result::unable_to_comply);
  register_alice();
  const State before = store.state();
  BOOST_TEST(ask(sa(Type::no_assignment)).user_data == "<alice@ims.example 1>");
  auto r = sa(Type::no_assignment);
  r.server_name = "sip:other.ims.example";
  BOOST_TEST(ask(r).verdict.code == result::unable_to_comply);
  BOOST_TEST((store.state() == before));
}

BOOST_AUTO_TEST_CASE(step_4_every_deregistration_forgets_the_set_and_then_the_scscf) {
  for (const Type type : {Type::timeout_deregistration, Type::user_deregistration, Type::administrative_deregistration,
                          Type::deregistration_too_much_data}) {
    register_alice();
    BOOST_TEST(ask(sa(type)).verdict.code == result::success);
    BOOST_TEST(!registered());
    BOOST_TEST(!store.state().scscf.has_value());
  }
}

BOOST_AUTO_TEST_CASE(step_4_deregistration_comes_from_the_stored_scscf) {
  register_alice();
  auto r = sa(Type::user_deregistration);
  r.server_name = "sip:other.ims.example";
  BOOST_TEST(ask(r).verdict.code == result::unable_to_comply);
  BOOST_TEST(registered());
}

BOOST_AUTO_TEST_CASE(step_4_with_only_a_user_name_all_its_sets_go) {
  register_alice();
  ask(ma("alice@ims.example", "sip:second@ims.example"));
  ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example"));
  BOOST_TEST(registered(2));
  BOOST_TEST(ask(sa(Type::user_deregistration, "alice@ims.example", "")).verdict.code == result::success);
  BOOST_TEST(!registered(1));
  BOOST_TEST(!registered(2));
}

BOOST_AUTO_TEST_CASE(step_4_storing_the_server_name_is_the_hsss_choice_by_what_there_is_to_serve) {
  register_alice();
  BOOST_TEST(ask(sa(Type::user_deregistration_store_server_name)).verdict.code ==
             result::success_server_name_not_stored);
  BOOST_TEST(!store.state().scscf.has_value());
  ask(ma("alice@ims.example", "sip:second@ims.example"));
  ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example"));
  BOOST_TEST(ask(sa(Type::timeout_deregistration_store_server_name, "alice@ims.example", "sip:second@ims.example"))
                 .verdict.code == result::success);
  BOOST_TEST(store.state().registered_unregistered_services(2));
  BOOST_TEST(store.state().scscf->name == scscf);
}

BOOST_AUTO_TEST_CASE(step_4_a_failed_authentication_ends_what_was_pending_and_keeps_a_registration) {
  for (const Type type : {Type::authentication_failure, Type::authentication_timeout}) {
    auto several = ma();
    several.items = 5;
    ask(several);
    BOOST_TEST(ask(sa(type)).verdict.code == result::success);
    BOOST_TEST(store.state().authentications.at(0).challenges.empty());
    BOOST_TEST(!store.state().scscf.has_value());
    // Its vectors are gone with it, however many: nothing is left to register with.
    BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
  }
  register_alice();
  ask(sa(Type::authentication_failure));
  BOOST_TEST(registered());
}

BOOST_AUTO_TEST_CASE(step_5_an_impu_is_registered_until_its_last_impi_has_gone) {
  register_alice();
  ask(ma("alice2@ims.example"));
  ask(sa(Type::registration, "alice2@ims.example"));
  ask(sa(Type::user_deregistration));
  BOOST_TEST(registered());
  BOOST_TEST(store.state().scscf.has_value());
  ask(sa(Type::user_deregistration, "alice2@ims.example"));
  BOOST_TEST(!registered());
}

BOOST_AUTO_TEST_CASE(check_1_a_sar_that_rests_on_nothing_is_refused_and_registers_nobody) {
  for (const Type type : {Type::registration, Type::re_registration}) {
    const auto answer = ask(sa(type));
    BOOST_TEST(answer.verdict.code == result::authorization_rejected);
    BOOST_TEST((answer.verdict.delegation_result == Reason::delegation_required));
    BOOST_TEST(answer.user_data.empty());
  }
  BOOST_TEST((store.state() == State{}));
}

BOOST_AUTO_TEST_CASE(check_1_a_vector_is_good_for_one_registration_of_its_pair) {
  auto r = ma();
  r.items = 5;
  ask(r);
  ask(sa(Type::registration));
  // Another set, for which no MAR came, whatever is left of the vectors.
  BOOST_TEST((ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example")).verdict.delegation_result ==
              Reason::delegation_required));
  ask(ma("alice@ims.example", "sip:second@ims.example"));
  BOOST_TEST(ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example")).verdict.code ==
             result::success);
  BOOST_TEST(store.state().authentications.at(0).challenges.size() == 1U);  // of the first pair
}

BOOST_AUTO_TEST_CASE(check_1_a_challenge_is_this_scscfs_and_has_an_end) {
  ask(ma());
  auto r = sa(Type::registration);
  r.common = common({}, "scscf2.ims.example");
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::delegation_required));
  r = sa(Type::registration);
  r.server_name = "sip:other.ims.example";
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::delegation_required));
  clock.pass(std::chrono::seconds{60});
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
  ask(ma());
  clock.pass(std::chrono::seconds{59});
  BOOST_TEST(ask(sa(Type::registration)).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(check_1_another_impis_authentication_carries_nobody) {
  ask(ma("alice2@ims.example"));
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(check_1_a_used_authentication_does_not_survive_deregistration) {
  register_alice();
  ask(sa(Type::user_deregistration));
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(check_1_exempts_schemes_the_hss_never_sees_and_trusted_nodes) {
  int n = 0;
  for (const auto scheme :
       {AuthenticationScheme::giba, AuthenticationScheme::nass_bundled, AuthenticationScheme::digest_akav1_md5}) {
    Profile p = alice();
    const std::string user = "x" + std::to_string(++n) + "@ims.example";
    p.impis[0] = {impi(user), scheme};
    if (scheme == AuthenticationScheme::digest_akav1_md5) p.impis[0].way = WayToRegister::trusted_node;
    p.impus = {{impu("sip:" + user)}};
    store.add(p);
    BOOST_TEST(ask(sa(Type::registration, user, "sip:" + user)).verdict.code == result::success);
    BOOST_TEST(std::holds_alternative<TrustedNode>(
        store.state(static_cast<std::size_t>(n)).registrations.at(0).bases.at(0).ground));
  }
}

BOOST_AUTO_TEST_CASE(check_1_monitored_lets_pass_and_is_counted) {
  auto s = *settings.get();
  s.policy.monitor.add(Reason::delegation_required);
  settings.replace(s);
  BOOST_TEST(ask(sa(Type::registration)).verdict.code == result::success);
  BOOST_TEST((decisions.last.monitored == Reason::delegation_required));
  BOOST_TEST((store.state().registrations.at(0).bases.at(0).monitored.has(Reason::delegation_required)));
  BOOST_TEST(store.state().anything_monitored());
  // Enforced again, it carries nothing.
  settings.replace(configured());
  BOOST_TEST((ask(sa(Type::re_registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_remembered_vouching_registers_with_its_provenance_and_not_after_its_time) {
  ask(ua("waf.example"));
  clock.pass(std::chrono::seconds{31});
  const auto answer = ask(sa(Type::registration));
  BOOST_TEST(answer.verdict.code == result::success);
  const auto* vouched = store.state().registrations.at(0).vouched_by(name("waf.example"));
  BOOST_TEST_REQUIRE(vouched != nullptr);
  BOOST_TEST(vouched->client == "epcscf.ims.example");
  BOOST_TEST((vouched->impu == impu("sip:alice@ims.example")));
  ask(sa(Type::user_deregistration));
  ask(ua("waf.example"));
  clock.pass(std::chrono::seconds{32});
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_vouching_for_one_impu_carries_no_other) {
  ask(ua("waf.example"));
  BOOST_TEST((ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example")).verdict.delegation_result ==
              Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_sar_may_carry_the_vouching_itself) {
  auto r = sa(Type::registration);
  r.common = common("waf.example");
  r.common.speaker.roles = {Role::s_cscf, Role::ep_cscf};
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::authorized));
  r.common = common("waf.example", "scscf.ims.example");
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::relay_not_trusted));
  r = sa(Type::registration, "nobody@ims.example");
  r.common = common("other.example");
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::not_granted));
}

BOOST_AUTO_TEST_CASE(a_re_registration_is_decided_anew) {
  ask(ua("waf.example"));
  ask(sa(Type::registration));
  clock.pass(std::chrono::seconds{600});
  BOOST_TEST((ask(sa(Type::re_registration)).verdict.delegation_result == Reason::authorized));
  store.suspend("waf.example", true);
  BOOST_TEST((ask(sa(Type::re_registration)).verdict.delegation_result == Reason::authorizer_suspended));
  store.suspend("waf.example", false);
  store.hold("waf.example");
  BOOST_TEST((ask(sa(Type::re_registration)).verdict.delegation_result == Reason::authorizer_suspended));
  store.suspend("waf.example", false);
  store.revoke_all();
  BOOST_TEST((ask(sa(Type::re_registration)).verdict.delegation_result == Reason::not_granted));
}

BOOST_AUTO_TEST_CASE(a_direct_re_registration_asks_no_grant) {
  register_alice();
  store.revoke_all();
  clock.pass(std::chrono::seconds{600});
  BOOST_TEST(ask(sa(Type::re_registration)).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(who_may_vouch_is_told_without_the_suspended_and_the_expired) {
  Grant old = grant_to("other.example");
  old.not_after = clock.now();
  store.grant(old);
  register_alice();
  BOOST_TEST(ask(sa(Type::no_assignment)).allowed.wafs.size() == 1U);
  store.suspend("waf.example", true);
  BOOST_TEST(ask(sa(Type::no_assignment)).allowed.wafs.empty());
}

BOOST_AUTO_TEST_CASE(no_failure_of_the_store_registers_anybody) {
  ask(ua("waf.example"));
  for (int after = 0;; ++after) {
    const FailingReader failing(store, after);
    const auto outcome = cx::server_assignment(sa(Type::registration), failing, context);
    if (!failing.fired()) break;
    BOOST_TEST(outcome.answer.verdict.code == result::unable_to_comply);
    BOOST_TEST(outcome.writes.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
