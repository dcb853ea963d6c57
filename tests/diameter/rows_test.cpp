#include "diameter/rows.hpp"

#include "cx/requests.hpp"
#include "diameter/wireshark.hpp"
#include "domain/outbox_entry.hpp"
#include "sh/requests.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// The rows, and the enumerations of the procedures that mean the same.
namespace vouchsafe::testing {
namespace {

using diameter::Avp;
using diameter::value_of;

template <class E>
constexpr bool is(E value, std::uint32_t number) {
  return static_cast<std::uint32_t>(value) == number;
}

using Type = cx::ServerAssignmentType;
constexpr Avp type = Avp::server_assignment_type;
static_assert(is(Type::no_assignment, value_of(type, "NO_ASSIGNMENT")));
static_assert(is(Type::registration, value_of(type, "REGISTRATION")));
static_assert(is(Type::re_registration, value_of(type, "RE_REGISTRATION")));
static_assert(is(Type::unregistered_user, value_of(type, "UNREGISTERED_USER")));
static_assert(is(Type::timeout_deregistration, value_of(type, "TIMEOUT_DEREGISTRATION")));
static_assert(is(Type::user_deregistration, value_of(type, "USER_DEREGISTRATION")));
static_assert(is(Type::timeout_deregistration_store_server_name,
                 value_of(type, "TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME")));
static_assert(is(Type::user_deregistration_store_server_name, value_of(type, "USER_DEREGISTRATION_STORE_SERVER_NAME")));
static_assert(is(Type::administrative_deregistration, value_of(type, "ADMINISTRATIVE_DEREGISTRATION")));
static_assert(is(Type::authentication_failure, value_of(type, "AUTHENTICATION_FAILURE")));
static_assert(is(Type::authentication_timeout, value_of(type, "AUTHENTICATION_TIMEOUT")));
static_assert(is(Type::deregistration_too_much_data, value_of(type, "DEREGISTRATION_TOO_MUCH_DATA")));

using Authorization = cx::UserAuthorizationType;
static_assert(is(Authorization::registration, value_of(Avp::user_authorization_type, "REGISTRATION")));
static_assert(is(Authorization::de_registration, value_of(Avp::user_authorization_type, "DE_REGISTRATION")));
static_assert(is(Authorization::registration_and_capabilities,
                 value_of(Avp::user_authorization_type, "REGISTRATION_AND_CAPABILITIES")));

static_assert(is(TerminationReason::permanent_termination, value_of(Avp::reason_code, "PERMANENT_TERMINATION")));
static_assert(is(TerminationReason::new_server_assigned, value_of(Avp::reason_code, "NEW_SERVER_ASSIGNED")));
static_assert(is(TerminationReason::server_change, value_of(Avp::reason_code, "SERVER_CHANGE")));
static_assert(is(TerminationReason::remove_scscf, value_of(Avp::reason_code, "REMOVE_S-CSCF")));

static_assert(is(sh::IdentitySet::all, value_of(Avp::identity_set, "ALL_IDENTITIES")));
static_assert(is(sh::IdentitySet::registered, value_of(Avp::identity_set, "REGISTERED_IDENTITIES")));
static_assert(is(sh::IdentitySet::implicit, value_of(Avp::identity_set, "IMPLICIT_IDENTITIES")));
static_assert(is(sh::IdentitySet::alias, value_of(Avp::identity_set, "ALIAS_IDENTITIES")));

BOOST_AUTO_TEST_CASE(a_number_is_a_value_where_a_row_says_so) {
  for (std::uint32_t n = 0; n < 12; ++n) BOOST_TEST(diameter::is_value(type, n));
  for (const std::uint32_t n : {12U, 13U, 14U, 15U, 0x80000000U, 0xFFFFFFFFU}) BOOST_TEST(!diameter::is_value(type, n));
  BOOST_TEST(diameter::is_value(Avp::originating_request, 0));
  BOOST_TEST(!diameter::is_value(Avp::originating_request, 1));
  BOOST_TEST(!diameter::is_value(Avp::user_name, 0));
}

BOOST_AUTO_TEST_CASE(every_enumerated_avp_has_values_and_nothing_else_has) {
  for (const auto& row : diameter::avp_rows()) {
    bool has = false;
    for (const auto& value : diameter::value_rows()) has = has || value.avp == row.avp;
    BOOST_TEST_CONTEXT(row.name) BOOST_TEST(has == (row.type == diameter::AvpType::enumerated));
  }
}

BOOST_AUTO_TEST_CASE(every_row_is_found_by_its_enumerator) {
  for (const auto& row : diameter::avp_rows()) BOOST_TEST(&diameter::row_of(row.avp) == &row);
  for (const auto& row : diameter::command_rows()) BOOST_TEST(&diameter::row_of(row.command) == &row);
  for (const auto& row : diameter::rows::applications) BOOST_TEST(&diameter::row_of(row.application) == &row);
  for (const auto& row : diameter::rows::vendors) BOOST_TEST(&diameter::row_of(row.vendor) == &row);
}

BOOST_AUTO_TEST_CASE(wireshark_gets_the_projects_own_avps_and_no_others) {
  const std::string xml = diameter::wireshark_dictionary(4711);
  BOOST_TEST(xml.find("code=\"4711\"") != std::string::npos);
  for (const auto& row : diameter::avp_rows()) {
    const bool there = xml.find("<avp name=\"" + std::string(row.name) + "\"") != std::string::npos;
    BOOST_TEST_CONTEXT(row.name) BOOST_TEST(there == (row.vendor == diameter::AvpVendor::ours));
  }
  BOOST_TEST(xml.find("<enum name=\"NOT_GRANTED\" code=\"10\"/>") != std::string::npos);
  BOOST_TEST(xml.find("<gavp name=\"WebRTC-Authentication-Function-Name\"/>") != std::string::npos);
}

}  // namespace
}  // namespace vouchsafe::testing
