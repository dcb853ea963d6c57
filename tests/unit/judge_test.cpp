#include "hardening/judge.hpp"

#include "support/judged.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// What the judge finds in a message's octets.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing::judged {
namespace {

BOOST_AUTO_TEST_SUITE(judge)

BOOST_DATA_TEST_CASE(a_request_that_the_core_cannot_bear_is_found, bdata::make(bad_requests()), bad) {
  const auto finding = hardening::judge(octets_of(bad), node());
  BOOST_TEST_REQUIRE(finding.has_value());
  BOOST_TEST(std::string(row_of(finding->rule).key) == std::string(row_of(bad.rule).key));
}

BOOST_DATA_TEST_CASE(a_rule_that_is_left_out_finds_nothing, bdata::make(bad_requests()), bad) {
  auto lenient = node();
  lenient.without.add(bad.rule);
  const auto finding = hardening::judge(octets_of(bad), lenient);
  if (finding) BOOST_TEST((finding->rule != bad.rule));
}

BOOST_AUTO_TEST_CASE(what_is_in_order_passes) {
  const std::vector<client::Message> good = {
      uar(),
      with(uar(), text_avp(293, "HSS.ims.example")),
      instead(with(uar(), text_avp(293, "hss.ims.example")), 283, "other.example"),
      instead(uar(), 1, "a!b"),
      instead(uar(), 1, "al\xC3\xAD\xE2\x82\xAC\xF0\x9F\x98\x80@ims.example"),
      instead(uar(), 1, "alice@ims.example!x"),
      with(uar(), text_avp(282, "dra.visited.example")),
      with(uar(), text_avp(9999, "", 0, false)),
      with(uar(), group_avp(628, {text_avp(9999, "x")}, tgpp, false)),
      with(uar(), group_avp(284, {text_avp(280, "a.b"), text_avp(33, std::string("\0\1", 2))})),
      of_connection(257),
      without(of_connection(257), 264),  // the core ends that connection by itself
      of_connection(280, {number_avp(278, 5)}),
      of_connection(282, {number_avp(273, 0)}),
      answer({text_avp(263, "a;1;1"), number_avp(268, 2001), text_avp(264, "a.b"), text_avp(296, "b")}),
      answer({number_avp(268, 2001)}, 0, 280),
  };
  for (const auto& message : good) {
    const auto finding = hardening::judge(bytes(client::encode(message)), node());
    BOOST_TEST(!finding.has_value(), (finding ? row_of(finding->rule).key : ""));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing::judged
