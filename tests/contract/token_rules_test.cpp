#include "operations/authorizer_keys.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

// How an authorizer's tokens are read, and its keys, as every store keeps them.
namespace vouchsafe::testing {
namespace {

TokenKey key(const std::string& kid, Time added) {
  TokenKey out{kid, R"({"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})", "t" + kid};
  out.added = added;
  return out;
}

template <class Store>
Authorizer waf(Store& store) {
  return *store.reader().authorizers().value()->find(name("waf.example"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_authorizer_that_nothing_was_said_of_has_the_default_rules_and_no_keys, Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  BOOST_TEST((waf(store).token_rules() == TokenRules{}));
  BOOST_TEST(!waf(store).token_required);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rules_and_keys_are_read_as_they_were_written_by_the_next_read, Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  store.add_authorizer("other.example");
  TokenRules rules{"https://login.waf.example", {}, "sub", "", true, true, {}};
  rules.algorithms.add(TokenAlgorithm::ps256);
  rules.algorithms.add(TokenAlgorithm::eddsa);
  TokenKey second = key("a", now + std::chrono::seconds{1});
  second.state = TokenKey::State::revoked;
  second.revoked_since = now;
  second.deregister = true;
  write(store, {ports::AuthorizerKeyChange{name("waf.example"), second},
                ports::AuthorizerKeyChange{name("waf.example"), key("b", now)},
                ports::AuthorizerTokensChange{name("waf.example"), true, rules}});
  rules.keys = {key("b", now), second};
  BOOST_TEST((waf(store).token_rules() == rules));
  BOOST_TEST(waf(store).token_required);
  rules.keys[0].state = TokenKey::State::retired;
  write(store, {ports::AuthorizerKeyChange{name("waf.example"), rules.keys[0]}});
  BOOST_TEST((waf(store).token_rules() == rules));
  const Authorizer other = *store.reader().authorizers().value()->find(name("other.example"));
  BOOST_TEST((other.token_rules() == TokenRules{}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_suspension_leaves_rules_and_keys_and_a_removal_takes_them, Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  write(store, {ports::AuthorizerKeyChange{name("waf.example"), key("a", now)},
                ports::SuspensionChange{name("waf.example"), held()}});
  BOOST_TEST(waf(store).token_rules().keys.size() == 1U);
  write(store, {ports::AuthorizerRemoval{name("waf.example")}});
  store.add_authorizer("waf.example");
  BOOST_TEST(!waf(store).token_rules().has_keys());
}

}  // namespace
}  // namespace vouchsafe::testing
