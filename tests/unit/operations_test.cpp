#include "operations/edit_profile.hpp"
#include "operations/remove_subscription.hpp"
#include "operations/replace_grants.hpp"
#include "operations/replace_profile.hpp"
#include "support/registered.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

// What a change of a subscription calls for, without a store.
namespace vouchsafe::testing {
namespace {

struct Changed {
  ports::View view;
  Changed() {
    view.subscription = registered();
    view.subscription->profile = alice();
  }
  [[nodiscard]] Profile profile() const { return view.subscription->profile; }
};

template <class Write>
std::vector<Write> of_type(const ports::Writes& writes) {
  std::vector<Write> out;
  for (const auto& write : writes) {
    if (const auto* one = std::get_if<Write>(&write)) out.push_back(*one);
  }
  return out;
}

template <class Body>
std::vector<Body> outbox_of(const ports::Writes& writes) {
  std::vector<Body> out;
  for (const auto& addition : of_type<ports::OutboxAddition>(writes)) {
    if (const auto* body = std::get_if<Body>(&addition.entry.body)) out.push_back(*body);
  }
  return out;
}

std::vector<DataReference> told(const ports::Writes& writes) {
  std::vector<DataReference> out;
  for (const auto& change : of_type<ports::DataChanged>(writes)) out.push_back(change.reference);
  return out;
}

BOOST_FIXTURE_TEST_SUITE(operations_on_a_subscription, Changed)

BOOST_AUTO_TEST_CASE(who_is_registered_is_deregistered_before_the_subscription_goes) {
  const auto writes = operations::remove_subscription(view, t0);
  const auto rtr = outbox_of<Termination>(writes);
  BOOST_TEST_REQUIRE(rtr.size() == 1U);
  BOOST_TEST((rtr.front().reason == TerminationReason::permanent_termination));
  BOOST_TEST(std::holds_alternative<ports::SubscriptionRemoved>(writes.back()));
}

BOOST_AUTO_TEST_CASE(the_same_profile_again_tells_the_scscf_and_no_as) {
  const auto writes = operations::replace_profile(view, profile(), 0, t0);
  BOOST_TEST(told(writes).empty());
  BOOST_TEST(outbox_of<Termination>(writes).empty());
  const auto reviews = outbox_of<SubscriptionReview>(writes);
  BOOST_TEST_REQUIRE(reviews.size() == 1U);
  BOOST_TEST(reviews.front().changes.user_data);
  BOOST_TEST(!reviews.front().changes.charging);
}

BOOST_AUTO_TEST_CASE(an_identity_that_goes_ends_its_registration) {
  Profile other = profile();
  other.impis.front().impi = impi("alice.new@ims.example");
  const auto writes = operations::replace_profile(view, other, 0, t0);
  BOOST_TEST(outbox_of<Termination>(writes).size() == 1U);
  const auto identities = of_type<ports::IdentitiesChange>(writes);
  BOOST_TEST_REQUIRE(identities.size() == 1U);
  BOOST_TEST((identities.front().gone_impis == std::vector{impi("alice@ims.example")}));
  BOOST_TEST((identities.front().new_impis == std::vector{impi("alice.new@ims.example")}));
  BOOST_TEST(identities.front().gone_impus.empty());
  BOOST_TEST(identities.front().new_impus.empty());
}

BOOST_AUTO_TEST_CASE(each_as_hears_of_what_it_subscribed_to_alone) {
  Profile other = profile();
  other.charging.primary_collection = "aaa://ccf.example";
  BOOST_TEST(
      (told(operations::replace_profile(view, other, 0, t0)) == std::vector{DataReference::charging_information}));
  other = profile();
  other.ifc = "gold";
  BOOST_TEST(
      (told(operations::replace_profile(view, other, 0, t0)) == std::vector{DataReference::initial_filter_criteria}));
  BOOST_TEST((told(operations::bar(view, impu("sip:alice@ims.example"), true, t0).value()) ==
              std::vector{DataReference::ims_public_identity}));
}

BOOST_AUTO_TEST_CASE(secrets_that_come_name_the_key_that_sealed_them) {
  BOOST_TEST(of_type<ports::SealedBy>(operations::replace_profile(view, profile(), 7, t0)).empty());
  Profile other = profile();
  other.impis.front().sealed = "another box";
  const auto writes = operations::replace_profile(view, other, 7, t0);
  BOOST_TEST_REQUIRE(of_type<ports::SealedBy>(writes).size() == 1U);
  BOOST_TEST(std::get<ports::SealedBy>(writes.front()).key == 7U);
}

BOOST_AUTO_TEST_CASE(an_edit_is_made_of_the_profile_that_is_there) {
  const auto barred = operations::bar(view, impu("tel:+15550100"), true, t0);
  BOOST_TEST_REQUIRE(barred.has_value());
  view.subscription->profile = of_type<ports::ProfileChange>(*barred).front().profile;
  const auto both = operations::bar(view, impu("sip:alice@ims.example"), true, t0).value();
  const auto impus = of_type<ports::ProfileChange>(both).front().profile.impus;
  BOOST_TEST(std::all_of(impus.begin(), impus.end(), [](const auto& u) { return u.barred; }));
  BOOST_TEST((operations::bar(view, impu("sip:gone@ims.example"), true, t0).error().kind == Error::Kind::not_found));
  BOOST_TEST((operations::change_way(view, impi("gone@ims.example"), WayToRegister::direct, t0).error().kind ==
              Error::Kind::not_found));
}

BOOST_AUTO_TEST_CASE(grants_that_are_replaced_call_for_a_review_and_their_writer_hears_nothing) {
  const auto writes = operations::replace_grants(view, impu("sip:alice@ims.example"), {grant_to("waf.example")}, 3,
                                                 "as.ims.example", t0);
  BOOST_TEST(of_type<ports::GrantsChange>(writes).front().sequence == 3);
  BOOST_TEST(outbox_of<SubscriptionReview>(writes).size() == 1U);
  BOOST_TEST(of_type<ports::DataChanged>(writes).front().by == "as.ims.example");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
