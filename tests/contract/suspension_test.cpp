#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

// Suspensions: of an authorizer, of what it vouches for through one WWSF, and of what one client carries.
namespace vouchsafe::testing {
namespace {

Suspension scoped(const std::string& wwsf, const std::string& client, std::optional<Time> until = {}) {
  Suspension out = held();
  out.scope = {wwsf, client};
  out.since = now;
  out.until = until;
  return out;
}

Authorizer waf(SqlStore& store) { return *store.reader().authorizers().value()->find(name("waf.example")); }

BOOST_FIXTURE_TEST_CASE(a_suspension_has_a_scope_an_end_and_a_reason_and_one_of_its_scope_takes_its_place, SqlStore) {
  add_authorizer("waf.example");
  BOOST_TEST(waf(*this).suspensions.empty());
  const auto until = now + std::chrono::hours{1};
  BOOST_TEST(stop("waf.example", scoped("", "", until)).has_value());
  BOOST_TEST(stop("waf.example", scoped("shop.example", "")).has_value());
  BOOST_TEST(stop("waf.example", scoped("", "epcscf.ims.example")).has_value());
  BOOST_TEST_REQUIRE(waf(*this).suspensions.size() == 3U);
  BOOST_TEST((waf(*this).suspensions[0] == scoped("", "", until)));
  BOOST_TEST((waf(*this).suspensions[1] == scoped("", "epcscf.ims.example")));
  BOOST_TEST((waf(*this).suspensions[2] == scoped("shop.example", "")));
  Suspension harder = suspension();
  harder.since = now;
  BOOST_TEST(stop("waf.example", harder).has_value());
  BOOST_TEST((waf(*this).suspensions[0] == harder));
  BOOST_TEST(resume("waf.example").has_value());
  BOOST_TEST(waf(*this).suspensions.size() == 2U);  // those with a scope stay
  BOOST_TEST((resume("waf.example").error().kind == Error::Kind::not_found));
  BOOST_TEST((stop("nobody.example", harder).error().kind == Error::Kind::not_found));
  BOOST_TEST(remove_authorizer("waf.example").has_value());
  add_authorizer("waf.example");
  BOOST_TEST(waf(*this).suspensions.empty());
}

BOOST_AUTO_TEST_CASE(a_suspension_is_for_its_scope_alone_and_until_its_end) {
  Authorizer one{name("waf.example"), {scoped("shop.example", "")}, false};
  const auto shop = name("shop.example");
  const auto other = name("other.example");
  BOOST_TEST(one.suspension(now) == nullptr);  // it may be told as one who may vouch
  BOOST_TEST(one.suspension(&shop, "epcscf.ims.example", now) != nullptr);
  BOOST_TEST(one.suspension(&other, "epcscf.ims.example", now) == nullptr);
  BOOST_TEST(one.suspension(nullptr, "epcscf.ims.example", now) != nullptr);  // through which one, nobody can tell
  one.suspensions = {scoped("", "epcscf.ims.example")};
  BOOST_TEST(one.suspension(&shop, "epcscf.ims.example", now) != nullptr);
  BOOST_TEST(one.suspension(&shop, "other.ims.example", now) == nullptr);
  one.suspensions = {scoped("", "", now)};
  BOOST_TEST(one.suspension(nullptr, "epcscf.ims.example", now - std::chrono::seconds{1}) != nullptr);
  BOOST_TEST(one.suspension(nullptr, "epcscf.ims.example", now) == nullptr);
}

}  // namespace
}  // namespace vouchsafe::testing
