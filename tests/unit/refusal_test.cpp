#include "hardening/refusal.hpp"

#include "support/judged.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <random>

// What becomes of a message that the judge has found something in: in its place, and as an answer.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing::judged {
namespace {

/// What the message became, and the answer to it.
std::optional<client::Message> answer_to(Bytes& octets, const hardening::Finding& finding, Bytes& value) {
  const std::size_t length = octets.size();
  if (!hardening::rewrite(octets, finding, node(), own)) return std::nullopt;
  BOOST_TEST(octets.size() == length);
  const auto inside = client::decode(std::string(octets.begin(), octets.end()));
  BOOST_TEST_REQUIRE(inside.has_value());
  BOOST_TEST(inside->command == hardening::own_command);
  BOOST_TEST(inside->application == cx_id);
  BOOST_TEST(inside->avps.size() == 2U);
  BOOST_TEST(inside->text(283) == "ims.example");
  const Avp* made = inside->find(own.code, own.vendor);
  BOOST_TEST_REQUIRE(made != nullptr);
  value = bytes(made->data);
  const auto refusal = hardening::refusal_in(value, own);
  BOOST_TEST_REQUIRE(refusal.has_value());
  const auto out = hardening::answer_to(*refusal, inside->hop_by_hop, inside->end_to_end, node());
  const auto decoded = client::decode(std::string(out.begin(), out.end()));
  BOOST_TEST_REQUIRE(decoded.has_value());
  return decoded;
}

BOOST_AUTO_TEST_SUITE(refusal)

BOOST_DATA_TEST_CASE(a_request_that_the_core_cannot_bear_gets_its_error, bdata::make(bad_requests()), bad) {
  Bytes octets = octets_of(bad);
  const auto finding = hardening::judge(octets, node());
  BOOST_TEST_REQUIRE(finding.has_value());
  Bytes value;
  const auto got = answer_to(octets, *finding, value);
  BOOST_TEST_REQUIRE(got.has_value());
  BOOST_TEST(!got->is_request());
  BOOST_TEST(got->command == bad.message.command);
  BOOST_TEST(got->application == bad.message.application);
  BOOST_TEST(got->hop_by_hop == bad.message.hop_by_hop);
  BOOST_TEST(got->end_to_end == bad.message.end_to_end);
  BOOST_TEST((got->flags & client::proxiable_flag) == (bad.message.flags & client::proxiable_flag));
  const auto result = row_of(bad.rule).result;
  BOOST_TEST(got->result() == result);
  BOOST_TEST(((got->flags & 0x20U) != 0) == (result < 4000));
  BOOST_TEST(got->text(264) == "hss.ims.example");
  BOOST_TEST(got->text(296) == "ims.example");
  const auto failed = got->members(279);
  BOOST_TEST((failed.empty() ? 0U : failed.front().code) == bad.failed);
  // What it became is nothing to the judge.
  auto without_own = node();
  hardening::RuleSet off;
  off.add(Rule::own_command);
  off.add(Rule::session_missing);
  off.add(Rule::origin_missing);
  without_own.without = off;
  BOOST_TEST(!hardening::judge(octets, without_own).has_value());
}

BOOST_AUTO_TEST_CASE(the_answer_gives_session_and_proxies_back_as_they_came) {
  const Avp first = group_avp(284, {text_avp(280, "dra1.example"), text_avp(33, std::string("\1\2\0\xff", 4))});
  const Avp second = raw_group(284, "garbage!!");
  Bytes octets = bytes(client::encode(with(with(e_bit(uar()), first), second)));
  const auto finding = hardening::judge(octets, node());
  Bytes value;
  const auto got = answer_to(octets, *finding, value);
  BOOST_TEST_REQUIRE(got.has_value());
  BOOST_TEST(got->avps.front().code == 263U);
  BOOST_TEST(got->text(263) == "client.ims.example;1;1");
  const auto proxies = got->all(284);
  BOOST_TEST_REQUIRE(proxies.size() == 2U);
  BOOST_TEST(proxies[0].data == first.data);
  BOOST_TEST(proxies[1].data == second.data);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_too_short_is_shown_with_its_header_and_zeros) {
  Bytes octets = bytes(client::encode(with(uar(), group_avp(260, {text_avp(266, "abc")}))));
  const auto finding = hardening::judge(octets, node());
  Bytes value;
  const auto got = answer_to(octets, *finding, value);
  BOOST_TEST_REQUIRE(got.has_value());
  const auto group = got->members(279);
  BOOST_TEST_REQUIRE(group.size() == 1U);
  BOOST_TEST(group.front().code == 260U);
  const auto inside = client::decode_avps(group.front().data);
  BOOST_TEST_REQUIRE(inside.has_value());
  BOOST_TEST_REQUIRE(inside->size() == 1U);
  BOOST_TEST(inside->front().code == 266U);
  BOOST_TEST(inside->front().data == std::string(4, '\0'));
}

BOOST_AUTO_TEST_CASE(a_request_without_room_becomes_an_answer_that_nobody_waits_for) {
  client::Message dwr;
  dwr.command = 280;
  dwr.flags = client::request_flag;
  dwr.hop_by_hop = 7;
  dwr.avps = {text_avp(278, "abc")};
  Bytes octets = bytes(client::encode(dwr));
  const auto finding = hardening::judge(octets, node());
  BOOST_TEST_REQUIRE(finding.has_value());
  BOOST_TEST(!hardening::rewrite(octets, *finding, node(), own));
  const auto made = client::decode(std::string(octets.begin(), octets.end()));
  BOOST_TEST_REQUIRE(made.has_value());
  BOOST_TEST(!made->is_request());
  BOOST_TEST(made->hop_by_hop != 7U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_read_becomes_one_that_can) {
  const std::string padding(60, 'x');
  struct Row {
    client::Message message;
    std::string more;
    std::uint32_t result;
  };
  const std::vector<Row> rows = {
      {answer({text_avp(278, "abc"), number_avp(268, 2001), text_avp(281, padding)}), "", 5012},
      {answer({text_avp(99999, "x", 4711), number_avp(268, 3002), text_avp(281, padding)}), "", 3002},
      {answer({text_avp(268, "abc"), text_avp(281, padding)}), "", 5012},
      {answer({number_avp(268, 2001), text_avp(281, padding)}), vendor_0(263, "x"), 5012},
      {answer({number_avp(268, 2001), text_avp(281, padding)}, cx_id, 9999), "abcdef", 5012},
      {answer({number_avp(268, 5030), text_avp(281, padding)}, 0), "", 5030},  // application 0, no P bit
      {answer({number_avp(268, 2001)}), "abc", 0},
  };
  for (const auto& row : rows) {
    Bytes octets = octets_of({"", row.message, Rule::answer_unreadable, 0, row.more});
    const auto finding = hardening::judge(octets, node());
    BOOST_TEST_REQUIRE(finding.has_value());
    const bool heard = hardening::rewrite(octets, *finding, node(), own);
    const auto made = client::decode(std::string(octets.begin(), octets.end()));
    BOOST_TEST_REQUIRE(made.has_value());
    BOOST_TEST(heard == (row.result != 0));
    if (!heard) continue;
    BOOST_TEST(made->hop_by_hop == 7U);
    BOOST_TEST(made->command == 304U);
    BOOST_TEST(made->result() == row.result);
    BOOST_TEST(made->text(264) == "hss.ims.example");
    BOOST_TEST((made->flags & (client::proxiable_flag | 0x20U)) == (client::proxiable_flag | 0x20U));
    BOOST_TEST(!hardening::judge(octets, node()).has_value());
    const Avp* mark = made->find(own.code, own.vendor);
    BOOST_TEST_REQUIRE((mark != nullptr));
    BOOST_TEST((hardening::rule_in(bytes(mark->data), own) == finding->rule));
  }
}

BOOST_AUTO_TEST_CASE(our_avp_by_anybody_else_is_nothing) {
  Bytes value(40, 0);
  BOOST_TEST(!hardening::refusal_in(value, own).has_value());
  BOOST_TEST(!hardening::rule_in(value, own).has_value());
}

/// Every message that is one octet or one length off, and any octets at all: the judge comes to an end, and what it
/// rewrites is of the same length and in order.
BOOST_AUTO_TEST_CASE(whatever_the_octets_are_the_judge_ends_and_what_is_rewritten_can_be_read) {
  std::mt19937 random(7);
  std::vector<Bytes> seeds;
  for (const auto& bad : bad_requests()) seeds.push_back(octets_of(bad));
  seeds.push_back(bytes(client::encode(answer({text_avp(263, "a;1;1"), number_avp(268, 2001), text_avp(264, "a.b")}))));
  auto lenient = node();
  for (const Rule rule : {Rule::own_command, Rule::session_missing, Rule::origin_missing}) lenient.without.add(rule);
  for (int round = 0; round < 20'000; ++round) {
    Bytes octets = seeds[random() % seeds.size()];
    for (auto changes = random() % 4; changes > 0; --changes)
      octets[4 + random() % (octets.size() - 4)] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) octets.resize(random() % (octets.size() + 1));
    const auto finding = hardening::judge(octets, node());
    if (!finding) continue;
    const std::size_t length = octets.size();
    (void)hardening::rewrite(octets, *finding, node(), own);
    BOOST_TEST_REQUIRE(octets.size() == length);
    const std::size_t rest = length - hardening::header_size;
    if (rest > 0 && rest < 8) continue;  // no AVP fits
    const auto again = hardening::judge(octets, lenient);
    BOOST_TEST_REQUIRE(!again.has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing::judged
