#include "support/cx_codec.hpp"

#include <string>
#include <utility>

// Answers of Cx.
namespace vouchsafe::testing {
namespace {

const std::string ck(16, '\x0c');
const std::string ik(16, '\x0d');

BOOST_FIXTURE_TEST_SUITE(cx_encode, CxCodec)

BOOST_AUTO_TEST_CASE(a_uaa_holds_what_it_says_and_nothing_more) {
  cx::UaAnswer plain;
  plain.verdict.code = result::first_registration;
  Message answer = sent(encoder.encode(received(uar()), plain));
  has_what_every_answer_has(answer);
  BOOST_TEST(answer.result() == client::experimental + 2001);
  BOOST_TEST(client::find_in(answer.members(297), 266)->number() == tgpp);
  BOOST_TEST(answer.find(268) == nullptr);
  for (const std::uint32_t code : {602U, 603U, 628U}) BOOST_TEST(answer.find(code, tgpp) == nullptr);
  for (const std::uint32_t code : {1003U, 1004U}) BOOST_TEST(answer.find(code, ours) == nullptr);

  cx::UaAnswer full;
  full.verdict = {result::success, Reason::authorized, Time{std::chrono::seconds{2051222400}}, {{tgpp, 1, 1, false}}};
  full.server_name = scscf;
  full.capabilities = Capabilities{{1, 2}, {3}};
  answer = sent(encoder.encode(received(uar()), full));
  BOOST_TEST(answer.result() == 2001U);
  BOOST_TEST(answer.text(602, tgpp) == scscf);
  const auto capabilities = answer.members(603, tgpp);
  BOOST_TEST_REQUIRE(capabilities.size() == 3U);
  BOOST_TEST(capabilities[0].code == 604U);
  BOOST_TEST(capabilities[0].number() == 1U);
  BOOST_TEST(capabilities[1].number() == 2U);
  BOOST_TEST(capabilities[2].code == 605U);
  BOOST_TEST(capabilities[2].number() == 3U);
  BOOST_TEST(answer.find(1003, ours)->number() == 0U);
  BOOST_TEST(!answer.find(1003, ours)->mandatory);
  // 2035-01-01T00:00:00Z; 2208988800 more since 1900, modulo 2^32.
  BOOST_TEST(answer.find(1004, ours)->number() == static_cast<std::uint32_t>(2051222400ULL + 2208988800ULL));
  const auto features = answer.members(628, tgpp);
  BOOST_TEST(client::find_in(features, 266)->number() == tgpp);
  BOOST_TEST(client::find_in(features, 629, tgpp)->number() == 1U);
  BOOST_TEST(client::find_in(features, 630, tgpp)->number() == 1U);
}

BOOST_AUTO_TEST_CASE(only_a_protocol_error_has_the_e_bit) {
  constexpr std::uint8_t error_flag = 0x20;
  for (const auto& [code, flag] : {std::pair{result::too_busy, error_flag},
                                   {result::unable_to_comply, std::uint8_t{0}},
                                   {result::user_unknown, std::uint8_t{0}}}) {
    cx::UaAnswer answer;
    answer.verdict.code = code;
    BOOST_TEST_CONTEXT(code) BOOST_TEST((sent(encoder.encode(received(uar()), answer)).flags & error_flag) == flag);
  }
}

BOOST_AUTO_TEST_CASE(an_answer_names_what_its_result_is_about) {
  const auto named = [&](const Message& query, cx::Offender offender) {
    cx::SaAnswer answer;
    answer.verdict.code = result::invalid_avp_value;
    answer.verdict.offender = offender;
    return failed(sent(encoder.encode(received(query), answer)));
  };
  BOOST_TEST(named(sar(), cx::Offender::public_identity).data == "sip:alice@ims.example");
  BOOST_TEST(named(without(sar(), 601), cx::Offender::public_identity).data.empty());
  BOOST_TEST(named(sar(5), cx::Offender::server_assignment_type).number() == 5U);
  BOOST_TEST(named(with(sar(), in_vouching({waf})), cx::Offender::delegated_authorization).code == 1001U);

  Message resynchronization = without(mar(), 612);
  resynchronization.avps.push_back(
      group_avp(612, {text_avp(608, "Digest-AKAv1-MD5", tgpp), text_avp(610, "bad", tgpp)}, tgpp));
  cx::MaAnswer answer;
  answer.verdict.code = result::invalid_avp_value;
  answer.verdict.offender = cx::Offender::sip_authorization;
  const auto group = failed(sent(encoder.encode(received(resynchronization), ma(resynchronization), answer)));
  BOOST_TEST(group.code == 612U);
  BOOST_TEST(only_member(group).code == 610U);
  BOOST_TEST(only_member(group).data == "bad");
}

BOOST_AUTO_TEST_CASE(a_maa_holds_vectors_or_digest_data_numbered_and_the_identities_with_an_error_too) {
  cx::AuthDataItem vector{AuthenticationScheme::digest_akav1_md5, std::string(32, '\1'), "xresxres", ck, ik, {}, {}};
  cx::MaAnswer aka;
  aka.items = {vector, vector};
  Message answer = sent(encoder.encode(received(mar()), ma(mar()), aka));
  has_what_every_answer_has(answer);
  BOOST_TEST(answer.text(1) == "alice@ims.example");
  BOOST_TEST(answer.text(601, tgpp) == "sip:alice@ims.example");
  BOOST_TEST(answer.find(607, tgpp)->number() == 2U);
  const auto items = answer.all(612, tgpp);
  BOOST_TEST_REQUIRE(items.size() == 2U);
  const auto second = client::decode_avps(items[1].data).value();
  BOOST_TEST(client::find_in(second, 613, tgpp)->number() == 2U);
  BOOST_TEST(client::find_in(second, 608, tgpp)->data == "Digest-AKAv1-MD5");
  BOOST_TEST(client::find_in(second, 609, tgpp)->data == vector.authenticate);
  BOOST_TEST(client::find_in(second, 610, tgpp)->data == "xresxres");
  BOOST_TEST(client::find_in(second, 625, tgpp)->data == ck);
  BOOST_TEST(client::find_in(second, 626, tgpp)->data == ik);

  cx::MaAnswer digest;
  digest.items = {{AuthenticationScheme::sip_digest, {}, {}, {}, {}, "ims.example", "0123"}};
  answer = sent(encoder.encode(received(mar()), ma(mar()), digest));
  const auto item = answer.members(612, tgpp);
  BOOST_TEST(client::find_in(item, 608, tgpp)->data == "SIP Digest");
  BOOST_TEST(client::find_in(item, 609, tgpp) == nullptr);
  const auto inner = client::decode_avps(client::find_in(item, 635, tgpp)->data).value();
  BOOST_TEST(client::find_in(inner, 104)->data == "ims.example");
  BOOST_TEST(client::find_in(inner, 111)->data == "MD5");
  BOOST_TEST(client::find_in(inner, 110)->data == "auth");
  BOOST_TEST(client::find_in(inner, 121)->data == "0123");

  cx::MaAnswer refused;
  refused.verdict.code = result::user_unknown;
  answer = sent(encoder.encode(received(mar()), ma(mar()), refused));
  BOOST_TEST(answer.result() == client::experimental + 5001);
  BOOST_TEST(answer.text(1) == "alice@ims.example");
  BOOST_TEST(answer.find(607, tgpp) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_saa_holds_what_it_says_and_nothing_more) {
  Message answer = sent(encoder.encode(received(sar()), cx::SaAnswer{}));
  has_what_every_answer_has(answer);
  BOOST_TEST(answer.result() == 2001U);
  BOOST_TEST(answer.find(1) == nullptr);
  for (const std::uint32_t code : {602U, 606U, 618U, 632U, 634U, 656U})
    BOOST_TEST_CONTEXT(code) BOOST_TEST(answer.find(code, tgpp) == nullptr);

  cx::SaAnswer full;
  full.impi = impi("alice@ims.example");
  full.user_data = "<IMSSubscription/>";
  full.charging = {"aaa://pe.example", {}, "aaa://pc.example", "aaa://sc.example"};
  full.associated = {impi("alice@ims.example"), impi("alice2@ims.example")};
  full.allowed = {{name("waf.example"), name("other.example")}, {name("wwsf.example")}};
  full.server_name = "sip:other.ims.example";
  full.wildcarded = impu("sip:pool-!.*!@ims.example");
  answer = sent(encoder.encode(received(sar()), full));
  BOOST_TEST(answer.text(1) == "alice@ims.example");
  BOOST_TEST(answer.text(606, tgpp) == "<IMSSubscription/>");
  const auto charging = answer.members(618, tgpp);
  BOOST_TEST_REQUIRE(charging.size() == 3U);
  BOOST_TEST(client::find_in(charging, 619, tgpp)->data == "aaa://pe.example");
  BOOST_TEST(client::find_in(charging, 621, tgpp)->data == "aaa://pc.example");
  BOOST_TEST(client::find_in(charging, 622, tgpp)->data == "aaa://sc.example");
  const auto associated = answer.members(632, tgpp);
  BOOST_TEST_REQUIRE(associated.size() == 2U);
  BOOST_TEST(associated[1].data == "alice2@ims.example");
  const auto allowed = answer.members(656, tgpp);
  BOOST_TEST_REQUIRE(allowed.size() == 3U);
  BOOST_TEST(allowed[1].code == 657U);
  BOOST_TEST(allowed[1].data == "other.example");
  BOOST_TEST(allowed[2].code == 658U);
  BOOST_TEST(answer.text(602, tgpp) == "sip:other.ims.example");
  BOOST_TEST(answer.text(634, tgpp) == "sip:pool-!.*!@ims.example");
}

BOOST_AUTO_TEST_CASE(a_lia_holds_what_it_says_and_nothing_more) {
  cx::LiAnswer unregistered;
  unregistered.verdict.code = result::unregistered_service;
  unregistered.capabilities = Capabilities{};
  Message answer = sent(encoder.encode(received(lir()), unregistered));
  has_what_every_answer_has(answer);
  BOOST_TEST(answer.result() == client::experimental + 2003);
  BOOST_TEST(answer.find(602, tgpp) == nullptr);
  BOOST_TEST(answer.find(603, tgpp) != nullptr);  // none is asked for: any S-CSCF will do
  BOOST_TEST(answer.members(603, tgpp).empty());

  cx::LiAnswer served;
  served.server_name = scscf;
  served.wildcarded = impu("sip:pool-!.*!@ims.example");
  answer = sent(encoder.encode(received(lir()), served));
  BOOST_TEST(answer.text(602, tgpp) == scscf);
  BOOST_TEST(answer.find(603, tgpp) == nullptr);
  BOOST_TEST(answer.text(634, tgpp) == "sip:pool-!.*!@ims.example");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
