#include "operations/authorizer_keys.hpp"
#include "support/registered.hpp"

#include <boost/test/unit_test.hpp>

// What a verified token is to the registration that it made, and to those that follow.
namespace vouchsafe::testing {
namespace {

using Type = cx::ServerAssignmentType;
using std::chrono::seconds;

struct Proven : CxFixture {
  Proven() {
    store.add(alice(), {}, {grant_of_impi("waf.example")});
    key("k1");
    cx::Settings now = configured();
    now.policy.token_required = true;
    settings.replace(now);
  }
  void key(const std::string& kid, TokenKey::State state = TokenKey::State::active, bool deregister = false) {
    store.put_key(name("waf.example"), {kid, "{}", kid, state, {}, clock.now(), deregister});
  }
  /// The eP-CSCF asks, with a token by a key that is good for so long.
  cx::UaAnswer vouch(const std::string& kid, seconds lifetime, const std::string& jti = "7") {
    tokens.verdict = {TokenVerdict::Kind::verified, {kid, jti, clock.now() + lifetime, clock.now()}, {}};
    auto request = ua("waf.example");
    request.common.vouching->token = "a token";
    return ask(request);
  }
  cx::SaAnswer register_alice(Type type = Type::registration) { return ask(sa(type)); }
  [[nodiscard]] std::vector<const VerifiedToken*> evidence() const {
    std::vector<const VerifiedToken*> out;
    for (const auto& basis : store.state().registrations.at(0).bases)
      out.push_back(std::get_if<VerifiedToken>(&std::get<Vouched>(basis.ground).evidence));
    return out;
  }
};

BOOST_FIXTURE_TEST_SUITE(token_evidence, Proven)

BOOST_AUTO_TEST_CASE(a_verified_token_is_in_the_answer_the_basis_and_the_event_and_the_token_itself_in_none) {
  const auto answer = vouch("k1", seconds{60});
  BOOST_TEST(answer.verdict.code == result::first_registration);
  BOOST_TEST((answer.verdict.delegation_expiry == clock.now() + seconds{60}));
  BOOST_TEST((std::get<VerifiedToken>(decisions.last.evidence).jti == "7"));
  BOOST_TEST(!memory.find(impi("alice@ims.example"), impu("sip:alice@ims.example"))->vouching.token.has_value());
  const auto registered = register_alice();
  BOOST_TEST(registered.verdict.code == result::success);
  BOOST_TEST((registered.verdict.delegation_expiry == clock.now() + seconds{60}));
  BOOST_TEST_REQUIRE(evidence().size() == 1U);
  BOOST_TEST((*evidence()[0] == VerifiedToken{"k1", "7", clock.now() + seconds{60}, clock.now()}));
}

BOOST_AUTO_TEST_CASE(a_reregistration_without_a_token_rests_on_the_one_of_before_until_its_end) {
  vouch("k1", seconds{600});
  register_alice();
  clock.pass(seconds{300});
  const auto again = register_alice(Type::re_registration);
  BOOST_TEST(again.verdict.code == result::success);
  BOOST_TEST((again.verdict.delegation_expiry == clock.now() + seconds{300}));
  clock.pass(seconds{331});
  const auto late = register_alice(Type::re_registration);
  BOOST_TEST(late.verdict.code == result::authorization_rejected);
  BOOST_TEST((late.verdict.delegation_result == Reason::token_expired));
  vouch("k1", seconds{600}, "8");  // with a new one it goes on, and that is what it rests on
  BOOST_TEST(register_alice(Type::re_registration).verdict.code == result::success);
  BOOST_TEST_REQUIRE(evidence().size() == 1U);
  BOOST_TEST(evidence()[0]->jti == "8");
  clock.pass(seconds{500});
  BOOST_TEST(register_alice(Type::re_registration).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(the_grants_end_counts_where_it_is_first) {
  store.revoke_all();
  Grant grant = grant_of_impi("waf.example");
  grant.not_after = clock.now() + seconds{30};
  store.grant(grant);
  BOOST_TEST((vouch("k1", seconds{600}).verdict.delegation_expiry == clock.now() + seconds{30}));
  register_alice();
  BOOST_TEST((register_alice(Type::re_registration).verdict.delegation_expiry == clock.now() + seconds{30}));
}

BOOST_AUTO_TEST_CASE(a_rotation_leaves_each_key_its_basis_and_the_last_one_is_asked_for_its_end) {
  vouch("k1", seconds{60});
  register_alice();
  key("k2");
  key("k1", TokenKey::State::retired);
  clock.pass(seconds{50});
  vouch("k2", seconds{600});
  register_alice(Type::re_registration);
  BOOST_TEST(evidence().size() == 2U);
  clock.pass(seconds{300});
  const auto again = register_alice(Type::re_registration);
  BOOST_TEST(again.verdict.code == result::success);
  BOOST_TEST((again.verdict.delegation_expiry == clock.now() + seconds{300}));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_revoked_between_question_and_registration_counts_no_more) {
  vouch("k1", seconds{600});
  key("k1", TokenKey::State::revoked);
  const auto answer = register_alice();
  BOOST_TEST(answer.verdict.code == result::authorization_rejected);
}

BOOST_AUTO_TEST_CASE(what_a_revoked_key_proved_may_not_go_on_without_another_token) {
  vouch("k1", seconds{600});
  register_alice();
  key("k2");
  key("k1", TokenKey::State::revoked);
  const auto refused = register_alice(Type::re_registration);
  BOOST_TEST((refused.verdict.delegation_result == Reason::token_invalid));
  vouch("k2", seconds{700});
  BOOST_TEST(register_alice(Type::re_registration).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(a_revocation_deregisters_what_its_key_proved_since_then_and_nothing_else) {
  vouch("k1", seconds{600});
  register_alice();
  const Subscription subscription{1, 1, alice(), store.state()};
  const std::vector<RegisteredGrant> grants{{grant_of_impi("waf.example")}};
  const auto reviewed_with = [&](Time since, bool deregister, const char* kid) {
    Authorizers known;
    TokenRules rules;
    rules.keys = {{kid, "{}", kid, TokenKey::State::revoked, {}, since, deregister}};
    known.put({name("waf.example"), {}, false, std::make_shared<const TokenRules>(rules)});
    return of_kind<Termination>(review(subscription, {grants, known}, {}, Policy{}, clock.now()).messages);
  };
  const auto owed = reviewed_with(clock.now(), true, "k1");
  BOOST_TEST_REQUIRE(owed.size() == 1U);
  BOOST_TEST(owed.front().cause == "waf.example: TOKEN_INVALID");
  BOOST_TEST(reviewed_with(clock.now() + seconds{1}, true, "k1").empty());
  BOOST_TEST(reviewed_with(clock.now(), false, "k1").empty());
  BOOST_TEST(reviewed_with(clock.now(), true, "k2").empty());
}

BOOST_AUTO_TEST_CASE(a_token_that_is_only_monitored_lets_in_what_ends_when_it_is_enforced) {
  cx::Settings monitoring = configured();
  monitoring.policy.monitor.add(Reason::token_expired);
  settings.replace(monitoring);
  tokens.verdict = {TokenVerdict::Kind::refused, {}, {Reason::token_expired, "exp is over"}};
  auto request = ua("waf.example");
  request.common.vouching->token = "a token";
  BOOST_TEST(ask(request).verdict.code == result::first_registration);
  BOOST_TEST((decisions.last.monitored == Reason::token_expired));
  BOOST_TEST(register_alice().verdict.code == result::success);
  BOOST_TEST(store.state().registrations.at(0).bases.at(0).monitored.has(Reason::token_expired));
  settings.replace(configured());
  BOOST_TEST(register_alice(Type::re_registration).verdict.code == result::authorization_rejected);
}

BOOST_AUTO_TEST_CASE(a_client_that_has_used_up_its_share_is_told_to_come_later_and_nobody_else_anything) {
  tokens.verdict.kind = TokenVerdict::Kind::busy;
  auto request = ua("waf.example");
  request.common.vouching->token = "a token";
  const auto answer = ask(request);
  BOOST_TEST(answer.verdict.code == result::too_busy);
  BOOST_TEST(!answer.verdict.delegation_result.has_value());
  BOOST_TEST(decisions.count == 0);
}

BOOST_AUTO_TEST_CASE(an_unknown_subject_is_answered_as_one_who_granted_nothing_after_its_token_was_looked_at) {
  tokens.verdict = {TokenVerdict::Kind::verified, {"k1", "7", clock.now() + seconds{60}, clock.now()}, {}};
  auto request = ua("waf.example", "nobody@ims.example", "sip:nobody@ims.example");
  request.common.vouching->token = "a token";
  BOOST_TEST((ask(request).verdict.delegation_result == Reason::not_granted));
  BOOST_TEST(tokens.asked == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
