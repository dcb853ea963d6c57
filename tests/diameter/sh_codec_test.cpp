#include "diameter/sh_codec.hpp"

#include "client/cx.hpp"
#include "support/cx_fixture.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <vector>

// Sh between octets and the procedures' structs, by freeDiameter's own parser.
namespace vouchsafe::testing {
namespace {

using client::group_avp;
using client::Message;
using client::number_avp;
using client::text_avp;
using client::tgpp;

const client::Avp alice_user = group_avp(700, {text_avp(601, "sip:alice@ims.example", tgpp)}, tgpp);

struct ShCodec {
  const diameter::ShDecoder decoder{dictionary()};
  const diameter::ShEncoder encoder{dictionary()};

  static Message udr(std::uint32_t reference = 11, const client::Avp& user = alice_user) {
    return with(with(request(306, sh_id, "as.ims.example"), user), number_avp(703, reference, tgpp));
  }
  static Message pur() {
    Message m = with(with(request(307, sh_id, "as.ims.example"), alice_user), number_avp(703, 0, tgpp));
    return with(m, text_avp(702, "<Sh-Data/>", tgpp));
  }
  static Message snr(std::uint32_t type = 0) {
    Message m = with(with(request(308, sh_id, "as.ims.example"), alice_user), number_avp(703, 11, tgpp));
    return with(m, number_avp(705, type, tgpp));
  }

  // A request's struct holds copies: the message may go.
  [[nodiscard]] sh::UdRequest ud(const Message& m) const {
    return decoder.user_data(received(m).get(), speaker("as.ims.example")).value();
  }
  [[nodiscard]] sh::SnRequest sn(const Message& m) const {
    return decoder.subscribe_notifications(received(m).get(), speaker("as.ims.example")).value();
  }
  [[nodiscard]] Message refusal(const Message& m) const {
    auto query = received(m);
    std::optional<diameter::BadRequest> bad;
    const auto keep = [&](const auto& parsed) {
      if (!parsed) bad = parsed.error();
    };
    if (m.command == 306) keep(decoder.user_data(query.get(), speaker("as.ims.example")));
    if (m.command == 307) keep(decoder.profile_update(query.get(), speaker("as.ims.example")));
    if (m.command == 308) keep(decoder.subscribe_notifications(query.get(), speaker("as.ims.example")));
    BOOST_TEST_REQUIRE(bad.has_value());
    return sent(diameter::answer_to(std::move(query), *bad, diameter::Application::sh, dictionary()));
  }
  void refused(const Message& m, std::uint32_t result, const client::Avp& shown) const {
    BOOST_TEST_CONTEXT(m.command << " with " << shown.code) {
      const Message answer = refusal(m);
      BOOST_TEST(answer.result() == result);
      BOOST_TEST(failed(answer).code == shown.code);
      BOOST_TEST(failed(answer).data == shown.data);
      BOOST_TEST(client::find_in(answer.members(260), 258)->number() == sh_id);
    }
  }
};

BOOST_FIXTURE_TEST_SUITE(sh_codec, ShCodec)

BOOST_AUTO_TEST_CASE(a_udr_is_read_with_all_that_it_can_hold) {
  Message m = with(udr(0), number_avp(703, 11, tgpp));
  m.avps.push_back(text_avp(704, "service a", tgpp));
  m.avps.push_back(text_avp(704, "service b", tgpp));
  m.avps.push_back(number_avp(708, 3, tgpp, false));
  m.avps.push_back(number_avp(708, 0, tgpp, false));
  m.avps.push_back(text_avp(602, "sip:as.ims.example", tgpp));
  m.avps.push_back(text_avp(1, "alice@ims.example"));
  m.avps.push_back(client::supported_features(tgpp, 1, 1, true));
  const auto common = ud(m).common;
  BOOST_TEST(common.origin_host == "as.ims.example");
  BOOST_TEST(common.origin_realm == "ims.example");
  BOOST_TEST(common.user.text() == "sip:alice@ims.example");
  BOOST_TEST(!common.msisdn);
  BOOST_TEST((common.references == std::vector{DataReference::repository_data, DataReference::ims_user_state}));
  BOOST_TEST((common.services == std::vector<std::string>{"service a", "service b"}));
  BOOST_TEST((common.identity_sets == std::vector{sh::IdentitySet::alias, sh::IdentitySet::all}));
  BOOST_TEST(common.server_name == "sip:as.ims.example");
  BOOST_TEST(common.impi.value().text() == "alice@ims.example");
  BOOST_TEST((common.features == Features{{tgpp, 1, 1, true}}));
  const auto plain = ud(udr()).common;
  BOOST_TEST(plain.services.empty());
  BOOST_TEST(plain.identity_sets.empty());
  BOOST_TEST(plain.server_name.empty());
  BOOST_TEST(!plain.impi.has_value());
}

BOOST_AUTO_TEST_CASE(the_as_is_the_speaker_and_not_what_the_message_says) {
  const auto read = decoder.user_data(received(udr()).get(), {"dra.example", "as2.ims.example", "other.example", {}});
  BOOST_TEST(read.value().common.origin_host == "as2.ims.example");
  BOOST_TEST(read.value().common.origin_realm == "other.example");
}

BOOST_AUTO_TEST_CASE(an_msisdn_is_its_tel_uri) {
  const auto user = group_avp(700, {text_avp(701, "\x51\x55\x10\xf0", tgpp)}, tgpp);
  const auto common = ud(udr(11, user)).common;
  BOOST_TEST(common.user.text() == "tel:+1555010");
  BOOST_TEST(common.msisdn);
  BOOST_TEST(diameter::msisdn_digits("\x21\x43") == "1234");
  for (const std::string none : {"", "\xf1\x32", "\xa1", "\x1f", "\xff"}) {
    BOOST_TEST(diameter::msisdn_digits(none).empty());
    const auto bad = group_avp(700, {text_avp(701, none, tgpp)}, tgpp);
    refused(udr(11, bad), 5004, bad);  // the MSISDN, within its group
  }
}

BOOST_AUTO_TEST_CASE(a_pur_is_read_with_its_document) {
  const auto read = decoder.profile_update(received(pur()).get(), speaker("as.ims.example"));
  BOOST_TEST(read.value().user_data == "<Sh-Data/>");
  BOOST_TEST((read.value().common.references == std::vector{DataReference::repository_data}));
}

BOOST_AUTO_TEST_CASE(an_snr_is_read_with_all_that_it_can_hold) {
  auto read = sn(snr());
  BOOST_TEST(read.subscribe);
  BOOST_TEST(!read.send_data);
  BOOST_TEST(!read.expiry.has_value());
  BOOST_TEST(!read.one_time);
  Message m = with(snr(1), number_avp(710, 1, tgpp, false));
  m.avps.push_back(number_avp(712, 0, tgpp, false));
  m.avps.push_back(number_avp(709, static_cast<std::uint32_t>(2051222400ULL + 2208988800ULL), tgpp, false));
  read = sn(m);
  BOOST_TEST(!read.subscribe);
  BOOST_TEST(read.send_data);
  BOOST_TEST(read.one_time);
  BOOST_TEST((read.expiry.value() == Time{std::chrono::seconds{2051222400}}));
  // The seconds since 1900 begin anew in 2036: the first of them is 2036-02-07T06:28:16Z.
  read = sn(with(snr(), number_avp(709, 0, tgpp, false)));
  BOOST_TEST((read.expiry.value() == Time{std::chrono::seconds{2085978496}}));
  BOOST_TEST(!sn(with(snr(), number_avp(710, 0, tgpp, false))).send_data);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_5005_and_shown_by_an_example) {
  const std::string zero(4, '\0');
  refused(without(udr(), 700), 5005, text_avp(700, "", tgpp));
  refused(without(udr(), 703), 5005, text_avp(703, zero, tgpp));
  refused(udr(11, group_avp(700, {}, tgpp)), 5005, text_avp(601, "", tgpp));
  refused(without(pur(), 702), 5005, text_avp(702, "", tgpp));
  refused(without(snr(), 705), 5005, text_avp(705, zero, tgpp));
}

BOOST_AUTO_TEST_CASE(a_value_out_of_its_range_is_5004_and_shown) {
  const auto shown = [&](const Message& m, const client::Avp& avp) { refused(with(m, avp), 5004, avp); };
  for (const std::uint32_t n : {1U, 9U, 34U, 0xFFFFFFFFU}) shown(without(udr(), 703), number_avp(703, n, tgpp));
  shown(udr(), number_avp(708, 4, tgpp, false));
  shown(without(snr(), 705), number_avp(705, 2, tgpp));
  shown(snr(), number_avp(710, 2, tgpp, false));
  shown(snr(), text_avp(709, "abc", tgpp, false));
  shown(udr(), text_avp(704, "", tgpp));
  shown(udr(), text_avp(704, std::string(256, 'a'), tgpp));
  shown(udr(), text_avp(704, "a\nb", tgpp));
  shown(udr(), text_avp(602, "sip:\x01", tgpp));
  shown(udr(), text_avp(1, "no-realm"));
  const auto bad = group_avp(700, {text_avp(601, "no-scheme", tgpp)}, tgpp);
  refused(udr(11, bad), 5004, bad);
}

BOOST_AUTO_TEST_CASE(the_core_refuses_what_the_rows_do_not_allow) {
  for (const Message& whole : {udr(), pur(), snr()}) {
    const auto none = refusal_of_the_core(whole);
    BOOST_TEST_CONTEXT(whole.command) BOOST_TEST((none == nullptr));
  }
  for (const auto& [m, result, code] : {std::tuple{without(udr(), 703), 5005U, 703U},
                                        {without(pur(), 702), 5005U, 702U},
                                        {with(snr(), number_avp(705, 0, tgpp)), 5009U, 705U},
                                        {with(udr(), text_avp(719, "abc", tgpp, false)), 5014U, 719U}}) {
    const auto answer = refusal_of_the_core(m);
    BOOST_TEST_REQUIRE((answer != nullptr));
    BOOST_TEST(sent(answer).result() == result);
    BOOST_TEST(failed(sent(answer)).code == code);
  }
}

BOOST_AUTO_TEST_CASE(a_uda_holds_the_document_and_what_its_result_is_about) {
  Message answer = sent(encoder.encode(received(udr()), sh::UdAnswer{{}, "<Sh-Data/>"}));
  BOOST_TEST(answer.result() == 2001U);
  BOOST_TEST(answer.text(702, tgpp) == "<Sh-Data/>");
  BOOST_TEST(answer.text(264) == "hss.ims.example");
  BOOST_TEST(answer.find(277)->number() == 1U);
  BOOST_TEST(client::find_in(answer.members(260), 258)->number() == sh_id);
  BOOST_TEST(answer.find(281) == nullptr);

  sh::UdAnswer refused;
  refused.verdict = {result::operation_not_allowed, {{tgpp, 1, 1, false}}, sh::Offender::data_reference, "because"};
  answer = sent(encoder.encode(received(udr()), refused));
  BOOST_TEST(answer.result() == client::experimental + 5101);
  BOOST_TEST(answer.text(281) == "because");
  BOOST_TEST(failed(answer).code == 703U);
  BOOST_TEST(failed(answer).number() == 11U);
  BOOST_TEST(client::find_in(answer.members(628, tgpp), 630, tgpp)->number() == 1U);
  BOOST_TEST(answer.find(702, tgpp) == nullptr);
  for (const auto& [offender, code] : {std::pair{sh::Offender::service_indication, 704U},
                                       {sh::Offender::server_name, 602U},
                                       {sh::Offender::expiry_time, 709U}}) {
    refused.verdict.offender = offender;
    const auto example = failed(sent(encoder.encode(received(udr()), refused)));  // the query holds none
    BOOST_TEST(example.code == code);
    BOOST_TEST(example.data.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_pua_of_success_tells_the_sequence_number) {
  sh::PuAnswer written{{}, "service a", std::uint16_t{65535}};
  Message answer = sent(encoder.encode(received(pur()), written));
  const auto id = answer.members(715, tgpp);
  BOOST_TEST_REQUIRE(id.size() == 2U);
  BOOST_TEST(client::find_in(id, 704, tgpp)->data == "service a");
  BOOST_TEST(client::find_in(id, 716, tgpp)->number() == 65535U);
  written.verdict.code = result::transparent_data_out_of_sync;
  answer = sent(encoder.encode(received(pur()), written));
  BOOST_TEST(answer.result() == client::experimental + 5105);
  BOOST_TEST(answer.find(715, tgpp) == nullptr);
  BOOST_TEST(sent(encoder.encode(received(pur()), sh::PuAnswer{})).find(715, tgpp) == nullptr);
}

BOOST_AUTO_TEST_CASE(an_sna_holds_data_and_the_time_that_was_granted) {
  const Message answer =
      sent(encoder.encode(received(snr()), sh::SnAnswer{{}, "<Sh-Data/>", Time{std::chrono::seconds{2051222400}}}));
  BOOST_TEST(answer.text(702, tgpp) == "<Sh-Data/>");
  BOOST_TEST(answer.find(709, tgpp)->number() == static_cast<std::uint32_t>(2051222400ULL + 2208988800ULL));
  const Message plain = sent(encoder.encode(received(snr()), sh::SnAnswer{}));
  BOOST_TEST(plain.find(702, tgpp) == nullptr);
  BOOST_TEST(plain.find(709, tgpp) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
