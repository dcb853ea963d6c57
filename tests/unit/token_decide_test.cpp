#include "support/decided.hpp"

#include <boost/test/unit_test.hpp>

// Check 5: what a token proves, and where one is needed.
namespace vouchsafe::testing {
namespace {

using std::chrono::seconds;

BOOST_AUTO_TEST_CASE(what_a_token_proves_is_in_the_decision_and_it_lasts_no_longer) {
  Asked c;
  c.policy.token_required = true;
  c.question.proof = &c.proof;
  Decision d = c.run();
  BOOST_TEST(d.allowed());
  BOOST_TEST((d.evidence == Evidence(VerifiedToken{"k1", "7", asked_at + seconds{60}, asked_at})));
  BOOST_TEST((d.until == asked_at + seconds{60}));
  c.grants.front().not_after = asked_at + seconds{59};
  BOOST_TEST((c.run().until == asked_at + seconds{59}));
  c.grants.clear();
  BOOST_TEST(c.run().reason == Reason::not_granted);
}

BOOST_AUTO_TEST_CASE(a_token_that_does_not_verify_is_refused_where_none_is_needed_too) {
  Asked c;
  c.question.proof = &c.proof;
  for (const auto reason :
       {Reason::token_invalid, Reason::token_expired, Reason::token_mismatch, Reason::token_replayed}) {
    c.proof.refuse(reason);
    const Decision d = c.run();
    BOOST_TEST(d.reason == reason);
    BOOST_TEST(d.token_fault == "the test says so");
  }
  c.proof.verdict = {};
  BOOST_TEST(c.run().allowed());  // nothing can be told, and nothing is asked for
  c.policy.token_required = true;
  BOOST_TEST(c.run().reason == Reason::token_required);
}

BOOST_AUTO_TEST_CASE(what_is_monitored_of_a_token_hides_nothing_else_that_is_wrong_with_it) {
  Asked c;
  c.question.proof = &c.proof;
  c.policy.monitor.add(Reason::token_expired);
  c.proof.refuse(Reason::token_expired);
  BOOST_TEST(c.run().allowed());
  c.proof.verdict.others.push_back({Reason::token_mismatch, "another IMPI"});
  BOOST_TEST((c.run().reason == Reason::token_mismatch));
}

BOOST_AUTO_TEST_CASE(where_the_client_has_used_up_its_share_nothing_is_decided) {
  Asked c;
  c.policy.monitor.add_all();
  c.question.proof = &c.proof;
  c.proof.verdict.kind = TokenVerdict::Kind::busy;
  const Decision d = c.run();
  BOOST_TEST(!d.allowed());
  BOOST_TEST(d.busy);
}

BOOST_AUTO_TEST_CASE(a_token_can_be_needed_of_everybody_an_authorizer_or_a_client) {
  const auto needed = [](auto set_up) {
    Asked c;
    set_up(c);
    return c.run().reason == Reason::token_required;
  };
  BOOST_TEST(!needed([](Asked&) {}));
  BOOST_TEST(needed([](Asked& c) { c.policy.token_required = true; }));
  BOOST_TEST(needed([](Asked& c) { c.authorizer.token_required = true; }));
  BOOST_TEST(needed([](Asked& c) {
    c.policy.clients = {{"epcscf.ims.example", {Role::ep_cscf}, false, false, true}};
  }));
  BOOST_TEST(!needed([](Asked& c) {
    c.policy.clients = {{"epcscf2.ims.example", {Role::ep_cscf}, false, false, true}};
  }));
}

/// A vouching that was judged before, by the key k1 at asked_at, until a minute later.
struct Remembered : Asked {
  Evidence evidence = VerifiedToken{"k1", "7", asked_at + seconds{60}, asked_at};
  TokenRules rules;
  Remembered() {
    rules.keys = {{"k1", "{}", "1"}};
    policy.token_required = true;
    question.evidence = &evidence;
  }
  Decision asked(Time now = asked_at) {
    authorizer.tokens = std::make_shared<const TokenRules>(rules);
    return run(now);
  }
};

BOOST_FIXTURE_TEST_CASE(evidence_of_before_stands_until_its_end_and_while_its_key_is_trusted, Remembered) {
  BOOST_TEST(asked().allowed());
  BOOST_TEST((asked().until == asked_at + seconds{60}));
  BOOST_TEST(asked(asked_at + seconds{89}).allowed());  // within the skew
  BOOST_TEST(asked(asked_at + seconds{90}).reason == Reason::token_expired);
  rules.keys[0].state = TokenKey::State::retired;
  BOOST_TEST(asked().allowed());
  rules.keys[0].state = TokenKey::State::revoked;
  rules.keys[0].revoked_since = asked_at + seconds{1};
  BOOST_TEST(asked().allowed());  // it was verified before that
  rules.keys[0].revoked_since = asked_at;
  BOOST_TEST(asked().reason == Reason::token_invalid);
  rules.keys.clear();
  BOOST_TEST(asked().reason == Reason::token_invalid);
  evidence = ClientsWord{};
  BOOST_TEST(asked().reason == Reason::token_required);
  policy.token_required = false;
  BOOST_TEST(asked().allowed());
}

BOOST_FIXTURE_TEST_CASE(while_nobody_registers_only_a_revocation_that_deregisters_counts, Remembered) {
  question.evidence_asked = EvidenceAsked::revocation;
  const auto standing = [&](Time now) {
    (void)asked(now);
    return decide_standing(question, policy, now).reason;
  };
  BOOST_TEST(standing(asked_at + seconds{1000}) == Reason::authorized);
  rules.keys[0].state = TokenKey::State::revoked;
  BOOST_TEST(standing(asked_at) == Reason::authorized);
  rules.keys[0].deregister = true;
  BOOST_TEST(standing(asked_at) == Reason::token_invalid);
  rules.keys[0].revoked_since = asked_at + seconds{1};
  BOOST_TEST(standing(asked_at) == Reason::authorized);
  evidence = ClientsWord{};
  BOOST_TEST(standing(asked_at) == Reason::authorized);
  question.evidence_asked = EvidenceAsked::all;
  BOOST_TEST(standing(asked_at) == Reason::token_required);
}

BOOST_AUTO_TEST_CASE(a_token_cannot_satisfy_where_nothing_verifies_it) {
  Asked c;
  c.authorizer.token_required = true;
  c.vouching.token = "something";
  BOOST_TEST(c.run().reason == Reason::token_required);
}

}  // namespace
}  // namespace vouchsafe::testing
