#include "store/sql/document.hpp"
#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

// What a release before schema 3 stored, read by this one: with what it meant.
namespace vouchsafe::testing {
namespace {

using store::profile_from_document;
using store::state_from_document;

BOOST_AUTO_TEST_CASE(an_impi_of_schema_2_registers_as_it_did) {
  const auto profile = profile_from_document(
      R"({"impis":[{"impi":"a@x","scheme":"Digest-AKAv1-MD5","sealed":"box"},{"impi":"b@x","scheme":"SIP Digest","realm":"x","sealed":"box"},)"
      R"({"impi":"c@x","scheme":"GIBA"},{"impi":"d@x","scheme":"Digest-AKAv1-MD5","policy":"trusted-node","sealed":"box"},)"
      R"({"impi":"e@x","scheme":"Digest-AKAv1-MD5"}],"impus":[{"impu":"sip:a@x"}]})");
  BOOST_TEST_REQUIRE(profile.has_value());
  const std::vector<WayToRegister> expected{WayToRegister::direct_or_delegated, WayToRegister::direct_or_delegated,
                                            WayToRegister::direct_or_delegated, WayToRegister::trusted_node,
                                            WayToRegister::delegated};
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_TEST_CONTEXT(i) BOOST_TEST((profile->impis.at(i).way == expected[i]));
}

BOOST_AUTO_TEST_CASE(a_registration_of_schema_2_rests_on_what_it_did_at_its_scscf) {
  const auto state = state_from_document(
      R"({"scscf":{"name":"sip:s.x","host":"s.x","realm":"x"},"registrations":[)"
      R"({"impi":"a@x","irs":1,"impu":"sip:a@x","since":1700000000,"by":"vouched","authorizer":"waf.example","wwsf":"shop.example","relay":"epcscf.x","leaving":true},)"
      R"({"impi":"b@x","irs":2,"impu":"sip:b@x","since":1700000001},)"
      R"({"impi":"c@x","irs":3,"impu":"sip:c@x","since":1700000002,"by":"trusted-node"}]})");
  BOOST_TEST_REQUIRE(state.has_value());
  BOOST_TEST_REQUIRE(state->registrations.size() == 3U);
  const Registration& first = state->registrations[0];
  BOOST_TEST((first.scscf == Scscf{"sip:s.x", "s.x", "x", "s.x"}));
  BOOST_TEST(first.leaving);
  const Vouched* vouched = first.vouched_by(name("waf.example"));
  BOOST_TEST_REQUIRE(vouched != nullptr);
  BOOST_TEST((vouched->wwsf == name("shop.example")));
  BOOST_TEST(vouched->client == "epcscf.x");
  BOOST_TEST((vouched->impu == impu("sip:a@x")));
  BOOST_TEST(state->registrations[1].is_direct());
  BOOST_TEST(std::holds_alternative<TrustedNode>(state->registrations[2].bases.at(0).ground));
}

BOOST_AUTO_TEST_CASE(what_was_pending_in_schema_2_is_over_and_its_scscf_forgotten) {
  const auto state = state_from_document(
      R"({"scscf":{"name":"sip:s.x","host":"s.x","realm":"x"},"authentications":[{"impi":"a@x","sqn":33,"vectors":4,"pending":["sip:a@x"]}]})");
  BOOST_TEST_REQUIRE(state.has_value());
  BOOST_TEST(!state->scscf.has_value());
  BOOST_TEST(state->sqn(impi("a@x")) == 33U);
  BOOST_TEST(state->authentications.at(0).challenges.empty());
}

}  // namespace
}  // namespace vouchsafe::testing
