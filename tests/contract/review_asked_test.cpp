#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

// What a change of the registry or a profile asks to be looked at.
namespace vouchsafe::testing {
namespace {

BOOST_FIXTURE_TEST_CASE(every_change_of_a_grant_moves_its_number_and_asks_for_a_review, SqlStore) {
  add_authorizer("waf.example");
  add_authorizer("other.example");
  add(alice());
  BOOST_TEST(look(*this, "alice@ims.example", nullptr).grants_sequence == 0);
  BOOST_TEST(try_to_grant(grant_to("waf.example")).value() != 0);
  BOOST_TEST(look(*this, "alice@ims.example", nullptr).grants_sequence == 0);  // created
  BOOST_TEST(try_to_grant(grant_to("other.example")).value() != 0);
  BOOST_TEST(look(*this, "alice@ims.example", nullptr).grants_sequence == 1);
  BOOST_TEST(revoke(grant_to("other.example")).value() != 0);
  BOOST_TEST(look(*this, "alice@ims.example", nullptr).grants_sequence == 2);
  const auto origin = stop("waf.example", suspension()).value();
  BOOST_TEST(remove_authorizer("waf.example").value() == 1U);
  BOOST_TEST(look(*this, "alice@ims.example", nullptr).grants_sequence == 3);
  const auto owed = outbox().due("", now.time_since_epoch(), horizon, 10).value();
  BOOST_TEST(owed.size() == 4U);
  BOOST_TEST(std::holds_alternative<AuthorizerReview>(owed.back().body));
  BOOST_TEST(outbox().left(origin).value().owed == 1);
}

BOOST_FIXTURE_TEST_CASE(each_impi_with_other_digest_data_asks_for_a_push_of_its_own, SqlStore) {
  Profile profile = alice();
  profile.impis.push_back(
      {impi("alice.web@ims.example"), AuthenticationScheme::sip_digest, {}, "ims.example", "sealed"});
  profile.impis.push_back(
      {impi("alice.tv@ims.example"), AuthenticationScheme::sip_digest, {}, "ims.example", "sealed"});
  profile.impis.push_back(
      {impi("alice.car@ims.example"), AuthenticationScheme::sip_digest, {}, "ims.example", "sealed"});
  add(profile);
  profile.impis[1].sealed = "sealed anew";
  profile.impis[3].digest_realm = "another.example";
  BOOST_TEST(replace(1, profile).value() != 0);
  std::vector<Impi> credentials;
  const auto due = outbox().due("", now.time_since_epoch(), horizon, 10).value();
  for (const auto& entry : due) {
    const auto& changes = std::get<SubscriptionReview>(entry.body).changes;
    BOOST_TEST(changes.credentials.has_value() != changes.user_data);
    if (changes.credentials) credentials.push_back(*changes.credentials);
  }
  BOOST_TEST((credentials == std::vector<Impi>{impi("alice.web@ims.example"), impi("alice.car@ims.example")}));
}

}  // namespace
}  // namespace vouchsafe::testing
