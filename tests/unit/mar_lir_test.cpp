#include "domain/user_state.hpp"
#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

// TS 29.228, 6.3.1 (MAR) and 6.1.4.1 (LIR), step by step.
namespace vouchsafe::testing {
namespace {

struct Mar : CxFixture {
  Mar() {
    Profile p = alice();
    p.impus.push_back({impu("sip:second@ims.example"), 2});
    store.add(p, {}, {grant_of_impi("waf.example")});
    Profile carol = alice();
    carol.impis[0] = {impi("carol@ims.example"), AuthenticationScheme::sip_digest};
    carol.impis[0].digest_realm = "ims.example";
    carol.impus = {{impu("sip:carol@ims.example")}};
    store.add(carol);
  }
};

BOOST_FIXTURE_TEST_SUITE(mar, Mar)

BOOST_AUTO_TEST_CASE(steps_1_and_2_check_the_identities) {
  BOOST_TEST(ask(ma("nobody@ims.example")).verdict.code == result::user_unknown);
  BOOST_TEST(ask(ma("carol@ims.example")).verdict.code == result::identities_dont_match);
}

BOOST_AUTO_TEST_CASE(step_3_a_scheme_that_is_not_the_profiles_is_5006_and_unknown_gets_the_profiles) {
  auto r = ma();
  r.scheme = "SIP Digest";
  BOOST_TEST(ask(r).verdict.code == result::auth_scheme_not_supported);
  r.scheme = "GIBA";
  BOOST_TEST(ask(r).verdict.code == result::auth_scheme_not_supported);
  r.scheme = "Unknown";
  BOOST_TEST((ask(r).items.at(0).scheme == AuthenticationScheme::digest_akav1_md5));
  auto d = ma("carol@ims.example", "sip:carol@ims.example");
  d.scheme = "unknown";  // as Kamailio writes it
  BOOST_TEST((ask(d).items.at(0).scheme == AuthenticationScheme::sip_digest));
}

BOOST_AUTO_TEST_CASE(step_3_digest_md5_as_kamailio_asks_for_it_is_sip_digest_and_no_scheme_of_a_sim) {
  auto d = ma("carol@ims.example", "sip:carol@ims.example");
  for (const char* name : {"Digest-MD5", "digest-md5", "DIGEST-MD5"}) {
    d.scheme = name;
    const auto answer = ask(d);
    BOOST_TEST_CONTEXT(name) BOOST_TEST_REQUIRE(answer.items.size() == 1U);
    BOOST_TEST((answer.items[0].scheme == AuthenticationScheme::sip_digest));
    BOOST_TEST(!answer.items[0].digest_ha1.empty());
  }
  auto r = ma();
  r.scheme = "Digest-MD5";
  BOOST_TEST(ask(r).verdict.code == result::auth_scheme_not_supported);
}

BOOST_AUTO_TEST_CASE(step_4_auts_moves_the_sqn_and_only_the_stored_scscf_may_send_it) {
  ask(ma());
  auto r = ma();
  r.sip_authorization = "good";
  BOOST_TEST(ask(r).items.at(0).authenticate == "rand-autn " + std::to_string(0x1000 + 33));
  r.server_name = "sip:other.ims.example";
  const State before = store.state();
  BOOST_TEST(ask(r).verdict.code == result::unable_to_comply);
  BOOST_TEST((store.state() == before));
}

BOOST_AUTO_TEST_CASE(step_4_an_auts_that_is_sent_again_does_not_roll_the_sqn_back) {
  ask(ma());
  auto r = ma();
  r.sip_authorization = "good";
  ask(r);
  std::uint64_t last = 0x1000 + 33;
  for (int i = 0; i < 3; ++i) {
    ask(ma());
    BOOST_TEST(ask(r).items.at(0).authenticate == "rand-autn " + std::to_string(last + 66));
    last += 66;
  }
}

BOOST_AUTO_TEST_CASE(step_4_a_wrong_auts_changes_nothing) {
  ask(ma());
  const State before = store.state();
  auto r = ma();
  r.sip_authorization = "bad";
  const auto answer = ask(r);
  BOOST_TEST(answer.verdict.code == result::invalid_avp_value);
  BOOST_TEST((answer.verdict.offender == cx::Offender::sip_authorization));
  BOOST_TEST((store.state() == before));
}

BOOST_AUTO_TEST_CASE(step_5_stores_the_scscf_and_what_is_pending) {
  ask(ma());
  BOOST_TEST(store.state().stored(clock.now())->name == scscf);
  BOOST_TEST(store.state().stored(clock.now())->host == "scscf.ims.example");
  BOOST_TEST(
      (user_state(store.state(), store.profile().impus[0], clock.now()) == ImsUserState::authentication_pending));
  auto r = ma();
  r.server_name = "sip:new.ims.example";  // 8.1: MAR overwrites
  clock.pass(std::chrono::seconds{1});
  ask(r);
  BOOST_TEST(store.state().stored(clock.now())->name == "sip:new.ims.example");
  clock.pass(std::chrono::seconds{60});
  BOOST_TEST(store.state().stored(clock.now()) == nullptr);
}

BOOST_AUTO_TEST_CASE(step_5_an_unanswered_challenge_by_another_scscf_moves_nobody) {
  ask(ma());
  ask(sa(cx::ServerAssignmentType::registration));
  auto r = ma();
  r.common = CxFixture::common({}, "scscf2.ims.example");
  r.server_name = "sip:new.ims.example";
  ask(r);
  BOOST_TEST(store.state().scscf->name == scscf);
  BOOST_TEST(ask(sa(cx::ServerAssignmentType::re_registration)).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(step_5_a_registered_pair_at_the_same_scscf_gets_vectors_and_is_not_pending) {
  ask(ma());
  ask(sa(cx::ServerAssignmentType::registration));
  ask(ma());
  BOOST_TEST((user_state(store.state(), store.profile().impus[0], clock.now()) == ImsUserState::registered));
}

BOOST_AUTO_TEST_CASE(as_many_vectors_as_asked_and_never_more_than_configured) {
  auto r = ma();
  r.items = 3;
  BOOST_TEST(ask(r).items.size() == 3U);
  r.items = 4000000000U;
  BOOST_TEST(ask(r).items.size() == 5U);
  r.items = 0;
  BOOST_TEST(ask(r).items.size() == 1U);
}

BOOST_AUTO_TEST_CASE(no_sqn_is_given_out_twice) {
  std::vector<std::string> seen;
  for (int i = 0; i < 40; ++i) {
    auto r = ma();
    r.items = 5;
    for (const auto& item : ask(r).items) seen.push_back(item.authenticate);
  }
  const auto count = seen.size();
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  BOOST_TEST(seen.size() == count);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_gone_gives_no_vector_and_changes_nothing) {
  authentication.broken = true;
  BOOST_TEST(ask(ma()).verdict.code == result::unable_to_comply);
  BOOST_TEST((store.state() == State{}));
}

BOOST_AUTO_TEST_CASE(a_mar_washes_no_vouching_off) {
  ask(ua("waf.example"));
  ask(ma());
  BOOST_TEST(memory.size() == 1U);
  ask(sa(cx::ServerAssignmentType::registration));
  BOOST_TEST(store.state().registrations.at(0).is_vouched());
  ask(sa(cx::ServerAssignmentType::re_registration));  // on the challenge
  BOOST_TEST(store.state().registrations.at(0).is_direct());
  BOOST_TEST(store.state().registrations.at(0).is_vouched());
}

BOOST_AUTO_TEST_CASE(an_impi_that_is_only_vouched_for_is_never_challenged) {
  store.profile().impis[0].way = WayToRegister::delegated;
  const auto answer = ask(ma());
  BOOST_TEST(answer.verdict.code == result::authorization_rejected);
  BOOST_TEST((answer.verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST(answer.items.empty());
  BOOST_TEST((store.state() == State{}));
}

BOOST_AUTO_TEST_CASE(a_vouching_only_scscf_gets_no_vectors) {
  auto r = ma();
  r.common.speaker.vouching_only = true;
  BOOST_TEST(ask(r).verdict.code == result::authorization_rejected);
  BOOST_TEST((store.state() == State{}));
}

BOOST_AUTO_TEST_CASE(a_delegated_mar_is_decided_first) {
  auto r = ma();
  r.common = common("other.example");
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::not_granted));
  BOOST_TEST((store.state() == State{}));
  r.common = common("waf.example");
  BOOST_TEST(ask(r).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(what_is_pending_is_bounded) {
  Profile p = alice();
  p.impis[0].impi = impi("pool@ims.example");
  p.impus = {{impu("sip:pool@ims.example")},
             {impu("sip:guest-!.*!@ims.example"), 1, false, PublicIdentity::Kind::wildcarded_impu}};
  store.add(p);
  for (int i = 0; i < 50; ++i) ask(ma("pool@ims.example", "sip:guest-" + std::to_string(i) + "@ims.example"));
  BOOST_TEST(store.state(2).authentications.at(0).challenges.size() == 16U);
}

BOOST_AUTO_TEST_CASE(lir_step_1_an_unknown_impu_is_user_unknown) {
  BOOST_TEST(ask(cx::LiRequest{common(), impu("sip:nobody@ims.example"), false, false}).verdict.code ==
             result::user_unknown);
}

BOOST_AUTO_TEST_CASE(lir_step_2_a_registered_impu_is_at_its_scscf) {
  ask(ma());
  ask(sa(cx::ServerAssignmentType::registration));
  const auto answer = ask(cx::LiRequest{common(), impu("tel:+15550100"), false, false});
  BOOST_TEST(answer.verdict.code == result::success);
  BOOST_TEST(answer.server_name == scscf);
}

BOOST_AUTO_TEST_CASE(lir_step_2_an_unregistered_impu_without_services_is_not_registered) {
  BOOST_TEST(ask(cx::LiRequest{common(), impu("sip:alice@ims.example"), false, false}).verdict.code ==
             result::identity_not_registered);
}

BOOST_AUTO_TEST_CASE(lir_step_2_unregistered_services_or_an_originating_request_get_capabilities_or_the_stored_name) {
  Profile p = alice();
  p.impis[0].impi = impi("svc@ims.example");
  p.impus = {{impu("sip:svc@ims.example"), 1, false, PublicIdentity::Kind::distinct, "unregistered"},
             {impu("sip:plain@ims.example"), 2}};
  p.capabilities.mandatory = {3};
  store.add(p);
  auto answer = ask(cx::LiRequest{common(), impu("sip:svc@ims.example"), false, false});
  BOOST_TEST(answer.verdict.code == result::unregistered_service);
  BOOST_TEST_REQUIRE(answer.capabilities.has_value());
  BOOST_TEST(answer.capabilities->mandatory.size() == 1U);
  BOOST_TEST(ask(cx::LiRequest{common(), impu("sip:plain@ims.example"), true, false}).verdict.code ==
             result::unregistered_service);
  ask(sa(cx::ServerAssignmentType::unregistered_user, "", "sip:svc@ims.example"));
  answer = ask(cx::LiRequest{common(), impu("sip:svc@ims.example"), false, false});
  BOOST_TEST(answer.verdict.code == result::success);
  BOOST_TEST(answer.server_name == scscf);
}

BOOST_AUTO_TEST_CASE(lir_answers_with_the_wildcarded_identity_that_matched) {
  Profile p = alice();
  p.impis[0].impi = impi("psi@ims.example");
  p.impus = {{impu("sip:psi@ims.example")},
             {impu("sip:chat-!.*!@ims.example"), 2, false, PublicIdentity::Kind::wildcarded_psi, "unregistered"}};
  store.add(p);
  const auto answer = ask(cx::LiRequest{common(), impu("sip:chat-room@ims.example"), false, false});
  BOOST_TEST(answer.verdict.code == result::unregistered_service);
  BOOST_TEST(answer.wildcarded->text() == "sip:chat-!.*!@ims.example");
}

BOOST_AUTO_TEST_CASE(lir_for_capabilities_gives_them_though_an_scscf_is_stored) {
  ask(ma());
  ask(sa(cx::ServerAssignmentType::registration));
  const auto answer = ask(cx::LiRequest{common(), impu("sip:alice@ims.example"), false, true});
  BOOST_TEST(answer.verdict.code == result::success);
  BOOST_TEST(answer.server_name.empty());
  BOOST_TEST(answer.capabilities.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
