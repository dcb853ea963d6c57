#include "diameter/dictionary.hpp"

#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <utility>

namespace vouchsafe::testing {
namespace {

BOOST_AUTO_TEST_CASE(the_dictionary_defines_every_row_once_and_a_second_time_changes_nothing) {
  std::set<std::pair<int, std::uint32_t>> codes;
  for (const auto& row : diameter::avp_rows()) {
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(codes.insert({static_cast<int>(row.vendor), row.code}).second);
      BOOST_TEST(dictionary().avp(row.avp) != nullptr);
    }
  }
  const auto again = diameter::Dictionary::define(fd_g_config->cnf_dict, diameter::default_vendor_id);
  BOOST_TEST_REQUIRE(again.has_value());
  BOOST_TEST(again->avp(diameter::Avp::delegation_result) == dictionary().avp(diameter::Avp::delegation_result));
}

BOOST_AUTO_TEST_CASE(a_definition_of_another_type_in_the_way_is_told_by_name) {
  dict_avp_data data{1003, 4242, const_cast<char*>("Something-Else"), 0, 0, AVP_TYPE_GROUPED};
  vendor_id_t vendor = 4242;
  dict_vendor_data vendor_data{vendor, const_cast<char*>("test vendor")};
  (void)dictionary();
  BOOST_REQUIRE(fd_dict_new(fd_g_config->cnf_dict, DICT_VENDOR, &vendor_data, nullptr, nullptr) == 0);
  BOOST_REQUIRE(fd_dict_new(fd_g_config->cnf_dict, DICT_AVP, &data, nullptr, nullptr) == 0);
  const auto refused = diameter::Dictionary::define(fd_g_config->cnf_dict, vendor);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail.find("Delegation-Result") != std::string::npos);
}

}  // namespace
}  // namespace vouchsafe::testing
