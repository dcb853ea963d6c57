#pragma once

#include "client/cx.hpp"
#include "hardening/judge.hpp"
#include "hardening/refusal.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

// Messages as the wire brings them, for the judge and for what becomes of what it finds. No freeDiameter in here.
namespace vouchsafe::testing::judged {

using client::Avp;
using client::group_avp;
using client::number_avp;
using client::text_avp;
using client::tgpp;
using hardening::Kind;
using hardening::Rule;

inline constexpr std::uint32_t cx_id = 16777216;
inline const hardening::OwnAvp own{32473, 1099, cx_id, 0x12345678};

inline const hardening::Node& node() {
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

inline Bytes bytes(const std::string& octets) { return {octets.begin(), octets.end()}; }

inline client::Message uar() {
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

inline client::Message of_connection(std::uint32_t command, std::vector<Avp> more = {}) {
  client::Message out;
  out.command = command;
  out.flags = client::request_flag;
  out.avps = {text_avp(264, "client.ims.example"), text_avp(296, "ims.example")};
  out.avps.insert(out.avps.end(), more.begin(), more.end());
  return out;
}

inline client::Message answer(std::vector<Avp> avps, std::uint32_t application = cx_id, std::uint32_t command = 304) {
  client::Message out;
  out.command = command;
  out.application = application;
  out.flags = application == 0 ? 0 : client::proxiable_flag;
  out.hop_by_hop = 7;
  out.avps = std::move(avps);
  return out;
}

inline client::Message with(client::Message message, Avp avp) {
  message.avps.push_back(std::move(avp));
  return message;
}
inline client::Message without(client::Message message, std::uint32_t code) {
  std::erase_if(message.avps, [&](const Avp& avp) { return avp.code == code; });
  return message;
}
inline client::Message instead(client::Message message, std::uint32_t code, const std::string& data) {
  for (auto& avp : message.avps) {
    if (avp.code == code) avp.data = data;
  }
  return message;
}

/// An AVP with the V flag and Vendor-Id 0, which the client's own encoder has no word for.
inline std::string vendor_0(std::uint32_t code, const std::string& data, bool mandatory = false) {
  std::string out = client::encode(text_avp(code, data, 1, mandatory));
  out.replace(8, 4, std::string(4, '\0'));
  return out;
}
/// A group of the base protocol around octets that may be anything.
inline Avp raw_group(std::uint32_t code, const std::string& octets) { return text_avp(code, octets); }

struct Bad {
  const char* what;
  client::Message message;
  Rule rule;
  std::uint32_t failed = 0;  ///< the code of the AVP in Failed-AVP; 0: there is none
  std::string more{};        ///< octets after the AVPs
};
inline std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.what; }

inline Bytes octets_of(const Bad& bad) {
  std::string out = client::encode(bad.message) + bad.more;
  for (std::size_t i = 0; i < 3; ++i) out[1 + i] = static_cast<char>(out.size() >> (8 * (2 - i)));
  return bytes(out);
}

inline client::Message e_bit(client::Message message) {
  message.flags |= 0x20U;
  return message;
}
inline client::Message of_application(client::Message message, std::uint32_t application) {
  message.application = application;
  return message;
}
inline Avp nested(int depth) {
  Avp out = text_avp(33, "x");
  for (int i = 0; i < depth; ++i) out = group_avp(279, {out});
  return out;
}

inline const std::vector<Bad>& bad_requests() {
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

}  // namespace vouchsafe::testing::judged
