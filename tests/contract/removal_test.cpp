#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

// What is taken away from the database is gone, with what hangs on it.
namespace vouchsafe::testing {
namespace {

BOOST_FIXTURE_TEST_CASE(a_grant_that_is_revoked_is_not_seen_by_the_next_read, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {grant_to("waf.example")});
  BOOST_TEST(look(*this, "alice@ims.example", nullptr, true).grants.size() == 1U);
  BOOST_TEST(revoke(grant_to("waf.example")).has_value());
  BOOST_TEST(look(*this, "alice@ims.example", nullptr, true).grants.empty());
  BOOST_TEST((revoke(grant_to("waf.example")).error().kind == Error::Kind::not_found));
}

BOOST_FIXTURE_TEST_CASE(an_authorizer_that_is_removed_takes_its_grants_along, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {grant_to("waf.example")});
  BOOST_TEST(remove_authorizer("waf.example").value() == 1U);
  BOOST_TEST(look(*this, "alice@ims.example", nullptr, true, "waf.example").grants.empty());
  BOOST_TEST(registry().authorizers()->empty());
}

BOOST_FIXTURE_TEST_CASE(an_identity_that_is_there_leaves_its_subscription_out_and_nothing_of_it_behind, SqlStore) {
  add(alice());
  Profile again = alice();
  again.impis[0].impi = impi("new@ims.example");
  const std::vector<store::NewSubscription> batch{{again, {}, {}},
                                                  {[] {
                                                     Profile p = alice();
                                                     p.impis[0].impi = impi("bob@ims.example");
                                                     p.impus = {{impu("sip:bob@ims.example")}};
                                                     return p;
                                                   }(),
                                                   {},
                                                   {}}};
  const auto outcome = store::SubscriptionWriter(database()).add(batch, false).value();
  BOOST_TEST(outcome[0].value() == "sip:alice@ims.example is there already");
  BOOST_TEST(!outcome[1].has_value());
  BOOST_TEST(!look(*this, "new@ims.example", nullptr).subscription.has_value());
  BOOST_TEST(look(*this, "bob@ims.example", nullptr).subscription.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_deleted_subscription_leaves_nothing, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {grant_to("waf.example")});
  BOOST_TEST(commit(*this, [](State& s) { s = rich_state(); }).has_value());
  const auto id = look(*this, "alice@ims.example", nullptr).subscription->id;
  BOOST_TEST(remove(id).has_value());
  int seen = 0;
  BOOST_TEST(store::SubscriptionLister(database())
                 .registered(name("waf.example"), [&](const auto&, const auto&) { ++seen; })
                 .has_value());
  BOOST_TEST(seen == 0);
  BOOST_TEST(registry().grants({}, {})->empty());
  add(alice());
}

}  // namespace
}  // namespace vouchsafe::testing
