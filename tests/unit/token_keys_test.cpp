#include "operations/authorizer_keys.hpp"
#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

// What an operator does about an authorizer's keys.
namespace vouchsafe::testing {
namespace {

using Kids = std::vector<std::string>;

TokenKey key(const std::string& kid) { return {kid, "{\"kid of\":\"" + kid + "\"}", "thumbprint of " + kid}; }

struct Keys : CxFixture {
  const AuthorizerName waf = name("waf.example");
  operations::KeysAdded add(const std::vector<TokenKey>& keys, bool retire_others = false) {
    auto done = operations::add_keys(waf, keys, retire_others, store, clock.now());
    BOOST_REQUIRE(done.has_value());
    store.apply(done->writes);
    return *done;
  }
  void apply(const Result<ports::Writes>& writes) {
    BOOST_REQUIRE(writes.has_value());
    store.apply(*writes);
  }
  [[nodiscard]] TokenKey there(const std::string& kid) const {
    return *store.authorizers().value()->find(waf)->token_rules().find(kid);
  }
};

BOOST_FIXTURE_TEST_SUITE(token_keys, Keys)

BOOST_AUTO_TEST_CASE(a_rotation_adds_first_and_retires_then) {
  BOOST_TEST(add({key("a")}).added == Kids{"a"}, boost::test_tools::per_element());
  const auto second = add({key("a"), key("b")});
  BOOST_TEST(second.added == Kids{"b"}, boost::test_tools::per_element());
  BOOST_TEST(second.known == Kids{"a"}, boost::test_tools::per_element());
  BOOST_TEST((there("a").state == TokenKey::State::active));
  const auto third = add({key("b")}, true);
  BOOST_TEST(third.retired == Kids{"a"}, boost::test_tools::per_element());
  BOOST_TEST((there("a").state == TokenKey::State::retired));
  BOOST_TEST(add({key("a")}).added == Kids{"a"}, boost::test_tools::per_element());
  BOOST_TEST((there("a").state == TokenKey::State::active));
}

BOOST_AUTO_TEST_CASE(a_key_that_was_revoked_never_comes_back_by_its_name_or_by_another) {
  add({key("a")});
  apply(operations::revoke_key(waf, "a", Time{}, false, store, clock.now()));
  BOOST_TEST(add({key("a")}).refused == Kids{"a"}, boost::test_tools::per_element());
  TokenKey renamed = key("a");
  renamed.kid = "b";
  BOOST_TEST(add({renamed}).refused == Kids{"b"}, boost::test_tools::per_element());
  BOOST_TEST((there("a").state == TokenKey::State::revoked));
  BOOST_TEST((operations::retire_key(waf, "a", store).error().kind == Error::Kind::conflict));
}

BOOST_AUTO_TEST_CASE(another_key_of_a_name_that_is_taken_is_a_conflict) {
  add({key("a")});
  TokenKey other = key("a");
  other.thumbprint = "another";
  BOOST_TEST((operations::add_keys(waf, {other}, false, store, clock.now()).error().kind == Error::Kind::conflict));
}

BOOST_AUTO_TEST_CASE(a_revocation_asks_for_a_review_where_it_deregisters_and_never_shrinks) {
  add({key("a")});
  apply(operations::revoke_key(waf, "a", clock.now(), true, store, clock.now()));
  BOOST_TEST(of_kind<AuthorizerReview>(store.entries).size() == 1U);
  apply(operations::revoke_key(waf, "a", clock.now() + std::chrono::hours{1}, false, store, clock.now()));
  BOOST_TEST((there("a").revoked_since == clock.now()));
  BOOST_TEST(there("a").deregister);
  // It deregisters still, and may now reach further back.
  apply(operations::revoke_key(waf, "a", clock.now() - std::chrono::hours{1}, false, store, clock.now()));
  BOOST_TEST((there("a").revoked_since == clock.now() - std::chrono::hours{1}));
  BOOST_TEST(of_kind<AuthorizerReview>(store.entries).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_revocation_is_of_the_key_under_each_of_its_names) {
  TokenKey renamed = key("a");
  renamed.kid = "b";
  add({key("a"), renamed, key("c")});
  apply(operations::revoke_key(waf, "a", Time{}, false, store, clock.now()));
  BOOST_TEST((there("b").state == TokenKey::State::revoked));
  BOOST_TEST((there("c").state == TokenKey::State::active));
}

BOOST_AUTO_TEST_CASE(two_keys_of_one_name_in_a_set_are_refused) {
  TokenKey other = key("a");
  other.thumbprint = "another";
  BOOST_TEST(
      (operations::add_keys(waf, {key("a"), other}, false, store, clock.now()).error().kind == Error::Kind::malformed));
}

BOOST_AUTO_TEST_CASE(what_nobody_knows_is_not_found) {
  const AuthorizerName stranger = name("waf.stranger.example");
  const auto not_found = [](const auto& result) { return result.error().kind == Error::Kind::not_found; };
  BOOST_TEST(not_found(operations::add_keys(stranger, {key("a")}, false, store, clock.now())));
  BOOST_TEST(not_found(operations::retire_key(waf, "a", store)));
  BOOST_TEST(not_found(operations::revoke_key(waf, "a", {}, true, store, clock.now())));
  BOOST_TEST(not_found(operations::set_tokens(stranger, true, {}, store)));
}

BOOST_AUTO_TEST_CASE(a_token_must_name_somebody_and_be_signed_somehow) {
  TokenRules rules;
  rules.impi_claim.clear();
  apply(operations::set_tokens(waf, true, rules, store));
  rules.impu_claim.clear();
  BOOST_TEST((operations::set_tokens(waf, true, rules, store).error().kind == Error::Kind::malformed));
  rules.impi_claim = "sub";
  rules.algorithms = {};
  BOOST_TEST((operations::set_tokens(waf, true, rules, store).error().kind == Error::Kind::malformed));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
