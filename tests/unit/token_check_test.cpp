#include "delegation/token_check.hpp"

#include "crypto/token_verifier.hpp"
#include "delegation/token_memory.hpp"
#include "support/fakes.hpp"
#include "support/tokens.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

// Check 5 on real tokens: keys, signatures, and what was shown before.
namespace vouchsafe::testing {
namespace {

/// Counts the signatures that are looked at.
class CountingVerifier : public crypto::JwsVerifier {
 public:
  [[nodiscard]] std::optional<TokenFault> verify(const ports::ParsedToken& token, const TokenKey& key) const override {
    ++verified;
    return JwsVerifier::verify(token, key);
  }
  mutable int verified = 0;
};

struct Checked {
  FakeClock clock;
  NoLog log;
  CountingVerifier verifier;
  delegation::TokenMemory uses{1000};
  delegation::TokenCheck check{verifier, uses, clock, log, 1000};
  Signer signer;
  TokenRules rules;
  TokenPolicy policy{{"ims.example"}, std::chrono::seconds{30}, std::chrono::hours{1}, 1000};
  std::string client = "epcscf.ims.example";
  std::string session = "1";
  int made = 0;

  Checked() { rules.keys = {signer.registered()}; }

  nlohmann::json claims() {
    const auto now = clock.now().time_since_epoch().count();
    return {{"iss", "waf.example"},
            {"aud", "ims.example"},
            {"exp", now + 600},
            {"iat", now},
            {"impi", "alice@ims.example"},
            {"impu", "sip:alice@ims.example"},
            {"jti", "t" + std::to_string(++made)}};
  }
  std::string token() { return signer.sign(claims().dump()); }
  TokenVerdict shown(const std::string& token) {
    const Vouching vouching{name("waf.example"), std::nullopt, token};
    const Authorizer authorizer{name("waf.example"), {}, false, std::make_shared<const TokenRules>(rules)};
    const Impi who = impi("alice@ims.example");
    const Impu as = impu("sip:alice@ims.example");
    return check.check({token, vouching, authorizer, who, as, client, session}, policy, clock.now());
  }
  /// The reason, or "verified", "busy", "no keys".
  std::string said(const std::string& token) {
    const TokenVerdict verdict = shown(token);
    switch (verdict.kind) {
      case TokenVerdict::Kind::verified:
        return "verified";
      case TokenVerdict::Kind::refused:
        return std::string(name_of(verdict.fault.reason));
      case TokenVerdict::Kind::no_keys:
        return "no keys";
      case TokenVerdict::Kind::busy:
        break;
    }
    return "busy";
  }
};

BOOST_FIXTURE_TEST_SUITE(token_check, Checked)

BOOST_AUTO_TEST_CASE(a_good_token_proves_by_its_key_its_name_and_its_end) {
  const TokenVerdict verdict = shown(token());
  BOOST_TEST_REQUIRE((verdict.kind == TokenVerdict::Kind::verified));
  BOOST_TEST(verdict.evidence.kid == "k1");
  BOOST_TEST(verdict.evidence.jti == "t1");
  BOOST_TEST((verdict.evidence.until == clock.now() + std::chrono::seconds{600}));
  BOOST_TEST((verdict.evidence.at == clock.now()));
}

BOOST_AUTO_TEST_CASE(without_a_key_nothing_can_be_told) {
  rules.keys.clear();
  BOOST_TEST(said(token()) == "no keys");
  BOOST_TEST(said("not even a token") == "no keys");
}

BOOST_AUTO_TEST_CASE(a_token_by_anybody_elses_key_is_refused_whatever_its_kid) {
  const Signer thief;
  BOOST_TEST(said(thief.sign(claims().dump())) == "TOKEN_INVALID");
  const Signer other(TokenAlgorithm::es256, "k2");
  BOOST_TEST(said(other.sign(claims().dump())) == "TOKEN_INVALID");
  BOOST_TEST(said("x") == "TOKEN_INVALID");
  BOOST_TEST(said("") == "TOKEN_INVALID");
}

BOOST_AUTO_TEST_CASE(two_keys_are_good_at_once_and_a_retired_or_revoked_one_is_not) {
  const Signer next(TokenAlgorithm::eddsa, "k2");
  rules.keys.push_back(next.registered());
  BOOST_TEST(said(token()) == "verified");
  BOOST_TEST(said(next.sign(claims().dump())) == "verified");
  const std::string before = token();
  BOOST_TEST(said(before) == "verified");
  for (const auto state : {TokenKey::State::retired, TokenKey::State::revoked}) {
    rules.keys[0].state = state;
    BOOST_TEST(said(before) == "TOKEN_INVALID");  // what is remembered of its signature does not help it
    BOOST_TEST(said(next.sign(claims().dump())) == "verified");
  }
}

BOOST_AUTO_TEST_CASE(an_algorithm_that_the_authorizer_may_not_use_is_refused) {
  rules.algorithms = {};
  rules.algorithms.add(TokenAlgorithm::eddsa);
  BOOST_TEST(said(token()) == "TOKEN_INVALID");
  rules.algorithms.add(TokenAlgorithm::es256);
  BOOST_TEST(said(token()) == "verified");
}

BOOST_AUTO_TEST_CASE(claims_are_looked_at_each_time_and_only_after_the_signature) {
  auto foreign = claims();
  foreign["impi"] = "bob@ims.example";
  BOOST_TEST(said(signer.sign(foreign.dump())) == "TOKEN_MISMATCH");
  BOOST_TEST(said(Signer().sign(foreign.dump())) == "TOKEN_INVALID");
  const std::string one = token();
  BOOST_TEST(said(one) == "verified");
  clock.pass(std::chrono::seconds{629});
  BOOST_TEST(said(one) == "verified");
  clock.pass(std::chrono::seconds{1});
  BOOST_TEST(said(one) == "TOKEN_EXPIRED");
}

BOOST_AUTO_TEST_CASE(a_token_serves_the_client_that_showed_it_first_until_it_ends) {
  const std::string one = token();
  BOOST_TEST(said(one) == "verified");
  session = "2";
  BOOST_TEST(said(one) == "verified");
  client = "evil.ims.example";
  BOOST_TEST(said(one) == "TOKEN_REPLAYED");
  client = "epcscf.ims.example";
  BOOST_TEST(said(one) == "verified");
}

BOOST_AUTO_TEST_CASE(a_token_that_serves_once_serves_the_same_request_when_it_is_sent_again) {
  rules.once = true;
  const std::string one = token();
  BOOST_TEST(said(one) == "verified");
  BOOST_TEST(said(one) == "verified");
  client = "EPCSCF.ims.example";  // the same one
  BOOST_TEST(said(one) == "verified");
  session = "2";
  BOOST_TEST(said(one) == "TOKEN_REPLAYED");
  session = "1";
  client = "evil.ims.example";
  BOOST_TEST(said(one) == "TOKEN_REPLAYED");
}

BOOST_AUTO_TEST_CASE(a_session_does_not_have_a_token_serve_for_longer_than_a_request_is_sent_again) {
  rules.once = true;
  const std::string one = token();
  BOOST_TEST(said(one) == "verified");
  clock.pass(delegation::TokenMemory::sent_again_within);
  BOOST_TEST(said(one) == "verified");
  clock.pass(std::chrono::seconds{1});
  BOOST_TEST(said(one) == "TOKEN_REPLAYED");
  session.clear();
  const std::string other = token();
  BOOST_TEST(said(other) == "verified");
  BOOST_TEST(said(other) == "TOKEN_REPLAYED");  // without a session nobody can tell
}

BOOST_AUTO_TEST_CASE(everything_that_is_wrong_with_a_token_is_found) {
  auto wrong = claims();
  wrong["impi"] = "bob@ims.example";
  wrong["exp"] = clock.now().time_since_epoch().count() - 600;
  const TokenVerdict verdict = shown(signer.sign(wrong.dump()));
  BOOST_TEST((verdict.fault.reason == Reason::token_expired));
  BOOST_TEST(std::any_of(verdict.others.begin(), verdict.others.end(),
                         [](const TokenFault& fault) { return fault.reason == Reason::token_mismatch; }));
  auto odd = claims();
  odd["3gpp-wwsf"] = 7;
  BOOST_TEST(said(signer.sign(odd.dump())) == "TOKEN_INVALID");
}

BOOST_AUTO_TEST_CASE(another_signature_over_the_same_or_another_token_of_its_name_is_the_same_token) {
  rules.once = true;
  const auto same = claims();
  BOOST_TEST(said(signer.sign(same.dump())) == "verified");
  session = "2";
  BOOST_TEST(said(signer.sign(same.dump())) == "TOKEN_REPLAYED");
  auto longer = same;
  longer["exp"] = same["exp"].get<long long>() + 1;
  BOOST_TEST(said(signer.sign(longer.dump())) == "TOKEN_REPLAYED");
  auto nameless = claims();
  nameless.erase("jti");
  BOOST_TEST(said(signer.sign(nameless.dump())) == "verified");
  session = "3";
  BOOST_TEST(said(signer.sign(nameless.dump())) == "TOKEN_REPLAYED");
}

BOOST_AUTO_TEST_CASE(what_is_refused_for_its_claims_uses_nothing_up) {
  rules.once = true;
  const std::string one = token();
  const auto audiences = policy.audiences;
  policy.audiences = {"other.example"};
  BOOST_TEST(said(one) == "TOKEN_INVALID");
  policy.audiences = audiences;
  client = "epcscf2.ims.example";
  BOOST_TEST(said(one) == "verified");
}

BOOST_AUTO_TEST_CASE(a_token_that_is_shown_again_costs_no_signature_check) {
  const std::string one = token();
  for (int i = 0; i < 5; ++i) BOOST_TEST(said(one) == "verified");
  BOOST_TEST(verifier.verified == 1);
  const std::string forged = one.substr(0, one.rfind('.') + 1) + std::string(86, 'A');
  for (int i = 0; i < 2; ++i) BOOST_TEST(said(forged) == "TOKEN_INVALID");
  BOOST_TEST(verifier.verified == 3);
}

BOOST_AUTO_TEST_CASE(a_client_that_brings_too_many_new_tokens_waits_and_no_other_one_does) {
  policy.verifications = 3;
  const Signer thief;
  for (int i = 0; i < 3; ++i) BOOST_TEST(said(thief.sign(claims().dump())) == "TOKEN_INVALID");
  BOOST_TEST(said(thief.sign(claims().dump())) == "busy");
  BOOST_TEST(verifier.verified == 3);
  BOOST_TEST_REQUIRE(log.lines.size() == 1U);
  BOOST_TEST((log.lines.front().first == ports::Message::tokens_throttled));
  client = "epcscf2.ims.example";
  const std::string good = token();
  BOOST_TEST(said(good) == "verified");
  client = "epcscf.ims.example";
  BOOST_TEST(said(token()) == "busy");
  clock.pass(std::chrono::seconds{1});
  BOOST_TEST(said(token()) == "verified");
}

BOOST_AUTO_TEST_CASE(where_no_more_tokens_can_be_remembered_new_ones_wait_and_none_is_forgotten) {
  delegation::TokenMemory few(16);
  delegation::TokenCheck small{verifier, few, clock, log, 64};
  const Authorizer authorizer{name("waf.example"), {}, false, std::make_shared<const TokenRules>(rules)};
  const Impi who = impi("alice@ims.example");
  const Impu as = impu("sip:alice@ims.example");
  int busy = 0;
  std::vector<std::string> taken;
  for (int i = 0; i < 60; ++i) {
    const Vouching vouching{name("waf.example"), std::nullopt, token()};
    const auto verdict =
        small.check({*vouching.token, vouching, authorizer, who, as, client, session}, policy, clock.now());
    if (verdict.kind == TokenVerdict::Kind::busy) ++busy;
    if (verdict.kind == TokenVerdict::Kind::verified) taken.push_back(*vouching.token);
  }
  BOOST_TEST(busy > 20);
  BOOST_TEST(few.size() == taken.size());
  for (const auto& one : taken) {
    const Vouching vouching{name("waf.example"), std::nullopt, one};
    const auto verdict =
        small.check({one, vouching, authorizer, who, as, "evil.ims.example", session}, policy, clock.now());
    BOOST_TEST((verdict.fault.reason == Reason::token_replayed));
  }
  clock.pass(std::chrono::seconds{700});
  const Vouching vouching{name("waf.example"), std::nullopt, token()};
  const auto verdict =
      small.check({*vouching.token, vouching, authorizer, who, as, client, session}, policy, clock.now());
  BOOST_TEST((verdict.kind == TokenVerdict::Kind::verified));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
