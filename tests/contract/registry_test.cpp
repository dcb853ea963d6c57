#include "domain/wildcard.hpp"
#include "store/sql/pools.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

// What everybody reads of the registry, and how seldom; and the numbers of subscriptions.
namespace vouchsafe::testing {
namespace {

ports::View look(SqlStore& store, const std::string& u, const std::string& authorizer) {
  const Impu as = impu(u);
  const AuthorizerName who = name(authorizer);
  return store.reader().subject_of(nullptr, &as, &who).value();
}

BOOST_FIXTURE_TEST_CASE(a_grant_of_one_subscription_has_nobody_read_the_registry_anew, SqlStore) {
  add_authorizer("waf.example");
  add(alice());
  BOOST_TEST(look(*this, "sip:alice@ims.example", "waf.example").grants.empty());
  const auto reads = database().registry().reads();
  grant(grant_to("waf.example"));
  BOOST_TEST(look(*this, "sip:alice@ims.example", "waf.example").grants.size() == 1U);
  BOOST_TEST(revoke(grant_to("waf.example")).has_value());
  BOOST_TEST(look(*this, "sip:alice@ims.example", "waf.example").grants.empty());
  BOOST_TEST(database().registry().reads() == reads);

  grant(grant_to("waf.example", "sip:a!.*!@ims.example"));  // a pool concerns everybody
  BOOST_TEST(look(*this, "sip:alice@ims.example", "waf.example").grants.size() == 1U);
  suspend("waf.example", true);
  const auto view = look(*this, "sip:alice@ims.example", "waf.example");
  BOOST_TEST(view.authorizers->find(name("waf.example"))->suspension(now) != nullptr);
  BOOST_TEST(database().registry().reads() == reads + 2);
}

BOOST_FIXTURE_TEST_CASE(the_connections_of_a_process_read_the_registry_once, SqlStore) {
  add_authorizer("waf.example");
  add(alice());
  const auto reads = database().registry().reads();
  std::vector<store::Database::Lease> held;
  for (int i = 0; i < 4; ++i) {
    const auto view = look(*this, "sip:alice@ims.example", "waf.example");
    BOOST_TEST(view.authorizers->find(name("waf.example")) != nullptr);
    held.push_back(database().lease().value());  // so that the next one is another connection
  }
  BOOST_TEST(database().registry().reads() == reads + 1);
}

BOOST_FIXTURE_TEST_CASE(a_number_never_means_another_subscription_later, SqlStore) {
  add(alice());
  const auto number = look(*this, "sip:alice@ims.example", "waf.example").subscription->id;
  BOOST_TEST(remove(number).has_value());
  add(alice());
  BOOST_TEST(look(*this, "sip:alice@ims.example", "waf.example").subscription->id > number);
}

BOOST_AUTO_TEST_CASE(the_pools_of_an_identity_are_found_whatever_others_there_are) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in every run
  const auto word = [&](std::size_t most) {
    std::string out;
    for (std::size_t n = random() % (most + 1); n > 0; --n) out += static_cast<char>('a' + random() % 2);
    return out;
  };
  std::size_t found = 0;
  for (int round = 0; round < 20; ++round) {
    store::Pools pools;
    std::vector<Grant> all;
    for (int i = 0; i < 60; ++i) {
      const std::array expressions{".*", "[ab]+", "a|b", "a*"};
      all.push_back(grant_to("waf.example", "sip:x" + word(3) + "!" + expressions.at(random() % expressions.size()) +
                                                "!" + word(2) + "@ims.example"));
      pools.add({all.back()});
    }
    for (int i = 0; i < 50; ++i) {
      Profile profile = alice();
      profile.impus = {{impu("sip:x" + word(7) + "@ims.example")}, {impu("sip:x" + word(7) + "@ims.example")}};
      std::vector<std::string> expected;
      for (const auto& grant : all) {
        const auto pool = WildcardedIdentity::parse(impu(grant.subject));
        if (std::any_of(profile.impus.begin(), profile.impus.end(),
                        [&](const auto& u) { return pool->matches(u.impu); }))
          expected.push_back(grant.subject);
      }
      std::vector<RegisteredGrant> grants;
      pools.add_to(profile, grants);
      std::vector<std::string> got;
      for (const auto& g : grants) got.push_back(g.grant.subject);
      BOOST_TEST(got == expected, boost::test_tools::per_element());
      found += got.size();
    }
  }
  BOOST_TEST(found > 500U);
}

}  // namespace
}  // namespace vouchsafe::testing
