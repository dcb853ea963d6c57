#include "hardening/judge.hpp"

#include "client/cx.hpp"
#include "hardening/refusal.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <random>

// What the judge finds in a message's octets, and what becomes of them. No freeDiameter in here.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

using client::Avp;
using client::group_avp;
using client::number_avp;
using client::text_avp;
using client::tgpp;
using hardening::AvpTable;
using hardening::Kind;
using hardening::Rule;

constexpr std::uint32_t cx_id = 16777216;
const hardening::OwnAvp own{32473, 1099, cx_id, 0x12345678};

const hardening::Node& node() {
  static const hardening::Node instance = [] {
    hardening::Node out{"hss.ims.example", "ims.example", {cx_id, cx_id + 1}, {}, {}};
    for (const std::uint32_t code : {1U, 33U, 263U, 264U, 269U, 280U, 282U, 283U, 293U, 294U, 296U})
      out.avps.add(0, code, Kind::octets);
    for (const std::uint32_t code : {258U, 266U, 268U, 273U, 277U, 278U, 298U}) out.avps.add(0, code, Kind::four);
    out.avps.add(0, 55, Kind::filled);
    out.avps.add(0, 281, Kind::checked);
    out.avps.add(0, 287, Kind::eight);
    for (const std::uint32_t code : {260U, 279U, 284U, 297U}) out.avps.add(0, code, Kind::group);
    for (const std::uint32_t code : {600U, 601U, 602U}) out.avps.add(tgpp, code, Kind::octets);
    for (const std::uint32_t code : {614U, 623U}) out.avps.add(tgpp, code, Kind::four);
    out.avps.add(tgpp, 628, Kind::group);
    return out;
  }();
  return instance;
}

using Bytes = std::vector<std::uint8_t>;

Bytes bytes(const std::string& octets) { return {octets.begin(), octets.end()}; }

client::Message uar() {
  client::Message out;
  out.command = 300;
  out.application = cx_id;
  out.flags = client::request_flag | client::proxiable_flag;
  out.hop_by_hop = 7;
  out.end_to_end = 9;
  out.avps = {text_avp(263, "client.ims.example;1;1"),
              group_avp(260, {number_avp(266, tgpp), number_avp(258, cx_id)}),
              number_avp(277, 1),
              text_avp(264, "client.ims.example"),
              text_avp(296, "ims.example"),
              text_avp(283, "ims.example"),
              text_avp(1, "alice@ims.example"),
              text_avp(601, "sip:alice@ims.example", tgpp),
              text_avp(600, "ims.example", tgpp)};
  return out;
}

client::Message of_connection(std::uint32_t command, std::vector<Avp> more = {}) {
  client::Message out;
  out.command = command;
  out.flags = client::request_flag;
  out.avps = {text_avp(264, "client.ims.example"), text_avp(296, "ims.example")};
  out.avps.insert(out.avps.end(), more.begin(), more.end());
  return out;
}

client::Message answer(std::vector<Avp> avps, std::uint32_t application = cx_id, std::uint32_t command = 304) {
  client::Message out;
  out.command = command;
  out.application = application;
  out.flags = application == 0 ? 0 : client::proxiable_flag;
  out.hop_by_hop = 7;
  out.avps = std::move(avps);
  return out;
}

client::Message with(client::Message message, Avp avp) {
  message.avps.push_back(std::move(avp));
  return message;
}
client::Message without(client::Message message, std::uint32_t code) {
  std::erase_if(message.avps, [&](const Avp& avp) { return avp.code == code; });
  return message;
}
client::Message instead(client::Message message, std::uint32_t code, const std::string& data) {
  for (auto& avp : message.avps) {
    if (avp.code == code) avp.data = data;
  }
  return message;
}

/// An AVP with the V flag and Vendor-Id 0, which the client's own encoder has no word for.
std::string vendor_0(std::uint32_t code, const std::string& data, bool mandatory = false) {
  std::string out = client::encode(text_avp(code, data, 1, mandatory));
  out.replace(8, 4, std::string(4, '\0'));
  return out;
}
/// A group of the base protocol around octets that may be anything.
Avp raw_group(std::uint32_t code, const std::string& octets) { return text_avp(code, octets); }

struct Bad {
  const char* what;
  client::Message message;
  Rule rule;
  std::uint32_t failed = 0;  ///< the code of the AVP in Failed-AVP; 0: there is none
  std::string more{};        ///< octets after the AVPs
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.what; }

Bytes octets_of(const Bad& bad) {
  std::string out = client::encode(bad.message) + bad.more;
  for (std::size_t i = 0; i < 3; ++i) out[1 + i] = static_cast<char>(out.size() >> (8 * (2 - i)));
  return bytes(out);
}

client::Message e_bit(client::Message message) {
  message.flags |= 0x20U;
  return message;
}
client::Message of_application(client::Message message, std::uint32_t application) {
  message.application = application;
  return message;
}
Avp nested(int depth) {
  Avp out = text_avp(33, "x");
  for (int i = 0; i < depth; ++i) out = group_avp(279, {out});
  return out;
}

const std::vector<Bad>& bad_requests() {
  static const std::vector<Bad> rows = {
      {"the E bit", e_bit(uar()), Rule::header_bits},
      {"another application", of_application(uar(), 4), Rule::application},
      {"application 0 with the P bit", of_application(uar(), 0), Rule::application},
      {"the relay application", of_application(uar(), 0xFFFFFFFF), Rule::application},
      {"three octets at the end", uar(), Rule::message_length, 0, "abc"},
      {"an AVP of length 0", uar(), Rule::avp_length, 99, std::string("\0\0\0\x63\x40\0\0\0", 8)},
      {"an AVP shorter than its header", uar(), Rule::avp_length, 99, std::string("\0\0\0\x63\x40\0\0\7", 8)},
      {"an AVP beyond the end", uar(), Rule::avp_length, 1, std::string("\0\0\0\1\x40\0\x0F\xA0" "abcd", 12)},
      {"V without room for a Vendor-Id", uar(), Rule::avp_length, 1, std::string("\0\0\0\1\xC0\0\0\x08", 8)},
      {"a number of three octets", with(uar(), text_avp(623, "abc", tgpp)), Rule::avp_length, 623},
      {"a number of none", with(uar(), text_avp(623, "", tgpp)), Rule::avp_length, 623},
      {"a long number of four", with(uar(), number_avp(287, 1)), Rule::avp_length, 287},
      {"a Time of none", with(uar(), text_avp(55, "")), Rule::avp_length, 55},
      {"a group of garbage", with(uar(), raw_group(260, "abcdefghi")), Rule::avp_length, 260},
      {"a group with a rest", with(uar(), raw_group(260, client::encode(number_avp(266, 1)) + "abc")), Rule::avp_length, 260},
      {"Session-Id with V and Vendor-Id 0", uar(), Rule::avp_vendor, 263, vendor_0(263, "x")},
      {"any AVP with V and Vendor-Id 0", uar(), Rule::avp_vendor, 700, vendor_0(700, "x", true)},
      {"one in a group", with(uar(), raw_group(279, vendor_0(1, "x"))), Rule::avp_vendor, 279},
      {"Origin-State-Id so in a DWR", of_connection(280), Rule::avp_vendor, 278, vendor_0(278, "abcd")},
      {"Disconnect-Cause so in a DPR", of_connection(282), Rule::avp_vendor, 273, vendor_0(273, "abcd")},
      {"Origin-State-Id of three octets in a DWR", of_connection(280, {text_avp(278, "abc")}), Rule::avp_length, 278},
      {"groups in groups", with(uar(), nested(200)), Rule::avp_depth, 279},
      {"an unknown AVP with M", with(uar(), text_avp(9999, "")), Rule::avp_unknown, 9999},
      {"one in a group with M", with(uar(), group_avp(628, {text_avp(9999, "")}, tgpp)), Rule::avp_unknown, 628},
      {"an empty Session-Id", instead(uar(), 263, ""), Rule::session_id, 263},
      {"a Session-Id with a NUL", instead(uar(), 263, std::string("a\0b", 3)), Rule::session_id, 263},
      {"no Session-Id", without(uar(), 263), Rule::session_missing, 263},
      {"two Session-Ids", with(uar(), text_avp(263, "client.ims.example;1;2")), Rule::session_twice, 263},
      {"an Origin-Host with a NUL", instead(uar(), 264, std::string("a\0b", 3)), Rule::identity, 264},
      {"an empty Origin-Realm", instead(uar(), 296, ""), Rule::identity, 296},
      {"a Route-Record with a blank", with(uar(), text_avp(282, "a b")), Rule::identity, 282},
      {"a Destination-Host of 256 octets", with(uar(), text_avp(293, std::string(256, 'a'))), Rule::identity, 293},
      {"no Origin-Host", without(uar(), 264), Rule::origin_missing, 264},
      {"no Origin-Realm", without(uar(), 296), Rule::origin_missing, 296},
      {"a decorated NAI", instead(uar(), 1, "other.example!x@ims.example"), Rule::decorated_nai, 1},
      {"one after an escaped @", instead(uar(), 1, "a\\@b!c@ims.example"), Rule::decorated_nai, 1},
      {"a deep one", instead(uar(), 1, "a!b!c!d@ims.example"), Rule::decorated_nai, 1},
      {"a Proxy-Info of garbage", with(uar(), raw_group(284, std::string("\0\0\1\x18\x40\0\0\x20" "abcd", 12))), Rule::avp_length, 284},
      {"a Proxy-Info with an unknown AVP of nothing",
       with(uar(), group_avp(284, {text_avp(280, "a.b"), text_avp(33, "s"), text_avp(9999, "", 0, false)})), Rule::proxy_info, 284},
      {"a Proxy-Host with a NUL", with(uar(), group_avp(284, {text_avp(280, std::string("a\0b", 3)), text_avp(33, "s")})), Rule::identity, 284},
      {"a Proxy-Info with a text",
       with(uar(), group_avp(284, {text_avp(280, "a.b"), text_avp(33, "s"), text_avp(281, "\xff")})),
       Rule::proxy_info, 284},
      {"a User-Name that is no UTF-8", instead(uar(), 1, "alice\xff@ims.example"), Rule::user_name, 1},
      {"an overlong one", instead(uar(), 1, "\xC0\x80@ims.example"), Rule::user_name, 1},
      {"one cut off", instead(uar(), 1, "alice@ims.example\xE2\x82"), Rule::user_name, 1},
      {"no Destination-Realm", without(uar(), 283), Rule::realm_missing, 283},
      {"another host", with(uar(), text_avp(293, "scscf.ims.example")), Rule::other_host},
      {"another realm", instead(uar(), 283, "other.example"), Rule::other_realm},
      {"our name in a Route-Record", with(uar(), text_avp(282, "HSS.ims.example")), Rule::loop},
      {"the guard's own command", [] { auto m = uar(); m.command = hardening::own_command; return m; }(), Rule::own_command},
  };
  return rows;
}

struct Refused {
  hardening::Refusal refusal;
  client::Message answer;
};

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

BOOST_AUTO_TEST_SUITE(guard)

BOOST_DATA_TEST_CASE(a_request_that_the_core_cannot_bear_is_found_and_gets_its_error, bdata::make(bad_requests()),
                     bad) {
  Bytes octets = octets_of(bad);
  const auto finding = hardening::judge(octets, node());
  BOOST_TEST_REQUIRE(finding.has_value());
  BOOST_TEST(std::string(row_of(finding->rule).key) == std::string(row_of(bad.rule).key));
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
    if (mark != nullptr) BOOST_TEST((hardening::rule_in(bytes(mark->data), own) == finding->rule));
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
}  // namespace vouchsafe::testing
