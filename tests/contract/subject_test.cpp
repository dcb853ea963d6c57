#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// What a read gives of a subject, asked of the database and of the fake.
namespace vouchsafe::testing {
namespace {

BOOST_AUTO_TEST_CASE_TEMPLATE(a_subject_is_found_by_either_identity, Store, Stores) {
  Store store;
  store.add(alice());
  const auto view = look(store, "alice@ims.example", "tel:+15550100");
  BOOST_TEST(view.impi_known);
  BOOST_TEST(view.impu_known);
  BOOST_TEST_REQUIRE(view.subscription.has_value());
  BOOST_TEST(view.subscription->profile.impus.size() == 2U);
  BOOST_TEST(look(store, "alice@ims.example", nullptr).subscription.has_value());
  BOOST_TEST(!look(store, "nobody@ims.example", "sip:nobody@ims.example").subscription.has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_impi_of_another_subscription_is_known_but_not_this_ones, Store, Stores) {
  Store store;
  store.add(alice());
  Profile bob = alice();
  bob.impis[0].impi = impi("bob@ims.example");
  bob.impus = {{impu("sip:bob@ims.example")}};
  store.add(bob);
  const auto view = look(store, "bob@ims.example", "sip:alice@ims.example");
  BOOST_TEST(view.impi_known);
  BOOST_TEST(view.subscription->find(impi("bob@ims.example")) == nullptr);
  BOOST_TEST(look(store, "bob@ims.example", "sip:nobody@ims.example").impi_known);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_distinct_identity_goes_before_a_wildcard_and_the_longer_wildcard_before_the_shorter,
                              Store, Stores) {
  Store store;
  const auto add = [&](const std::string& user, const std::string& wildcard) {
    Profile p = alice();
    p.impis[0].impi = impi(user + "@ims.example");
    p.impus = {{impu("sip:" + user + "@ims.example")},
               {impu(wildcard), 1, false, PublicIdentity::Kind::wildcarded_impu}};
    store.add(p);
  };
  add("room-short", "sip:r!.*!@ims.example");
  add("long", "sip:room-!.*!@ims.example");
  BOOST_TEST(look(store, nullptr, "sip:room-7@ims.example").matched_wildcard->text() == "sip:room-!.*!@ims.example");
  BOOST_TEST(look(store, nullptr, "sip:rx@ims.example").matched_wildcard->text() == "sip:r!.*!@ims.example");
  BOOST_TEST(!look(store, nullptr, "sip:room-short@ims.example").matched_wildcard.has_value());
  BOOST_TEST(!look(store, nullptr, "sip:x@ims.example").subscription.has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(grants_pools_and_authorizers_come_with_the_subject, Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  store.add_authorizer("other.example");
  Grant full = grant_to("waf.example");
  full.not_before = Time{std::chrono::seconds{1}};
  full.not_after = Time{std::chrono::seconds{2000000000}};
  full.wwsf = {name("a.example"), name("b.example")};
  store.add(alice(), {}, {full});
  store.add_pool(grant_to("other.example", "sip:!al.*!@ims.example"));
  store.add_pool(grant_to("other.example", "sip:!zz.*!@ims.example"));
  auto view = look(store, "alice@ims.example", "sip:alice@ims.example", true, "other.example");
  BOOST_TEST_REQUIRE(view.grants.size() == 2U);
  BOOST_TEST((view.grants[0].grant == full));
  BOOST_TEST((view.grants[1].grant.kind == Grant::Subject::pool));
  BOOST_TEST_REQUIRE((view.authorizers->find(name("other.example")) != nullptr));
  store.suspend("other.example", true);
  view = look(store, "alice@ims.example", "sip:alice@ims.example", true, "other.example");
  BOOST_TEST(view.authorizers->find(name("other.example"))->suspension(now) != nullptr);
  BOOST_TEST((view.authorizers->find(name("unknown.example")) == nullptr));
  const auto nobody = look(store, "nobody@ims.example", "sip:nobody@ims.example", true, "waf.example");
  BOOST_TEST((nobody.authorizers->find(name("waf.example")) != nullptr));
  BOOST_TEST(look(store, "alice@ims.example", "sip:alice@ims.example").grants.empty());
}

}  // namespace
}  // namespace vouchsafe::testing
