#pragma once

#include "client/cx.hpp"
#include "diameter/cx_codec.hpp"
#include "support/cx_fixture.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

// Cx between octets and the procedures' structs, by freeDiameter's own parser.
namespace vouchsafe::testing {

using client::group_avp;
using client::Message;
using client::number_avp;
using client::ours;
using client::text_avp;
using client::tgpp;

inline const client::Avp waf = text_avp(657, "WAF.example.net", tgpp, false);
inline client::Avp in_vouching(const std::vector<client::Avp>& members) {
  return group_avp(1001, members, ours, false);
}

/// Whole requests, what the codec makes of them, and what stands in its answers.
struct CxCodec {
  const diameter::CxDecoder decoder{dictionary()};
  const diameter::CxEncoder encoder{dictionary()};

  static Message uar() {
    Message m = request(300);
    m.avps.push_back(text_avp(1, "alice@ims.example"));
    m.avps.push_back(text_avp(601, "sip:alice@ims.example", tgpp));
    m.avps.push_back(text_avp(600, "visited.example", tgpp));
    return m;
  }
  static Message mar() {
    Message m = request(303);
    m.avps.push_back(text_avp(1, "alice@ims.example"));
    m.avps.push_back(text_avp(601, "sip:alice@ims.example", tgpp));
    m.avps.push_back(group_avp(612, {text_avp(608, "Digest-AKAv1-MD5", tgpp)}, tgpp));
    m.avps.push_back(number_avp(607, 2, tgpp));
    m.avps.push_back(text_avp(602, scscf, tgpp));
    return m;
  }
  static Message sar(std::uint32_t type = 1) {
    Message m = request(301);
    m.avps.push_back(text_avp(1, "alice@ims.example"));
    m.avps.push_back(text_avp(601, "sip:alice@ims.example", tgpp));
    m.avps.push_back(text_avp(602, scscf, tgpp));
    m.avps.push_back(number_avp(614, type, tgpp));
    m.avps.push_back(number_avp(624, 0, tgpp));
    return m;
  }
  static Message lir() {
    Message m = request(302);
    m.avps.push_back(text_avp(601, "sip:alice@ims.example", tgpp));
    return m;
  }

  static Message with_text(Message m, std::uint32_t code, const std::string& text) {
    for (auto& a : m.avps) {
      if (a.code == code) a.data = text;
    }
    return m;
  }

  // A request's struct holds copies: the message may go.
  [[nodiscard]] cx::UaRequest ua(const Message& m) const {
    return decoder.user_authorization(received(m).get(), speaker()).value();
  }
  [[nodiscard]] cx::MaRequest ma(const Message& m) const {
    return decoder.multimedia_auth(received(m).get(), speaker()).value();
  }
  [[nodiscard]] cx::SaRequest sa(const Message& m, bool marks = false) const {
    Speaker from = speaker();
    from.marks = marks;
    return decoder.server_assignment(received(m).get(), from).value();
  }
  [[nodiscard]] cx::LiRequest li(const Message& m) const {
    return decoder.location_info(received(m).get(), speaker()).value();
  }

  /// The answer to a request that cannot become a struct.
  [[nodiscard]] Message refusal(const Message& m) const {
    auto query = received(m);
    std::optional<diameter::BadRequest> bad;
    const auto keep = [&](const auto& parsed) {
      if (!parsed) bad = parsed.error();
    };
    if (m.command == 300) keep(decoder.user_authorization(query.get(), speaker()));
    if (m.command == 301) keep(decoder.server_assignment(query.get(), speaker()));
    if (m.command == 302) keep(decoder.location_info(query.get(), speaker()));
    if (m.command == 303) keep(decoder.multimedia_auth(query.get(), speaker()));
    BOOST_TEST_REQUIRE(bad.has_value());
    return sent(diameter::answer_to(std::move(query), *bad, diameter::Application::cx, dictionary()));
  }
  static client::Avp only_member(const client::Avp& group) {
    const auto members = client::decode_avps(group.data);
    BOOST_TEST_REQUIRE(members.has_value());
    BOOST_TEST_REQUIRE(members->size() == 1U);
    return members->front();
  }
  static void has_what_every_answer_has(const Message& answer) {
    BOOST_TEST(!answer.is_request());
    BOOST_TEST(answer.avps.front().code == 263U);
    BOOST_TEST(answer.text(264) == "hss.ims.example");
    BOOST_TEST(answer.text(296) == "ims.example");
    BOOST_TEST(answer.find(277)->number() == 1U);
    BOOST_TEST(client::find_in(answer.members(260), 266)->number() == tgpp);
    BOOST_TEST(client::find_in(answer.members(260), 258)->number() == cx_id);
  }
};

}  // namespace vouchsafe::testing
