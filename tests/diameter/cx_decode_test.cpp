#include "support/cx_codec.hpp"

#include <string>
#include <utility>
#include <vector>

// Requests of Cx, and what is wrong with them.
namespace vouchsafe::testing {
namespace {

BOOST_FIXTURE_TEST_SUITE(cx_decode, CxCodec)

BOOST_AUTO_TEST_CASE(a_plain_uar_is_a_registration_without_a_vouching) {
  const auto ua_request = ua(uar());
  BOOST_TEST(ua_request.impi.text() == "alice@ims.example");
  BOOST_TEST(ua_request.impu.text() == "sip:alice@ims.example");
  BOOST_TEST(ua_request.visited_network == "visited.example");
  BOOST_TEST((ua_request.type == cx::UserAuthorizationType::registration));
  BOOST_TEST(!ua_request.emergency);
  BOOST_TEST(!ua_request.common.vouching.has_value());
  BOOST_TEST(ua_request.common.features.empty());
  BOOST_TEST(ua_request.common.speaker.host == "client.ims.example");
}

BOOST_AUTO_TEST_CASE(a_uar_is_read_with_all_that_it_can_hold) {
  Message m = with(uar(), number_avp(623, 2, tgpp));
  m.avps.push_back(number_avp(637, 1, tgpp, false));
  m.avps.push_back(client::supported_features(ours, 1, 1, true));
  m.avps.push_back(client::supported_features(tgpp, 2, 7, false));
  m.avps.push_back(client::delegated_authorization({"WAF.example.net", "wwsf.example.net", "a.b.c"}));
  const auto ua_request = ua(m);
  BOOST_TEST((ua_request.type == cx::UserAuthorizationType::registration_and_capabilities));
  BOOST_TEST(ua_request.emergency);
  BOOST_TEST((ua_request.common.features == Features{{ours, 1, 1, true}, {tgpp, 2, 7, false}}));
  BOOST_TEST_REQUIRE(ua_request.common.vouching.has_value());
  BOOST_TEST(ua_request.common.vouching->authorizer.text() == "waf.example.net");
  BOOST_TEST(ua_request.common.vouching->wwsf.value().text() == "wwsf.example.net");
  BOOST_TEST((ua_request.common.vouching->token == "a.b.c"));
  m = with(uar(), in_vouching({waf}));
  BOOST_TEST(!ua(m).common.vouching->wwsf.has_value());
  BOOST_TEST(!ua(m).common.vouching->token.has_value());
  BOOST_TEST(!ua(with(uar(), number_avp(637, 2, tgpp, false))).emergency);  // another bit than the first
}

BOOST_AUTO_TEST_CASE(a_mar_is_read_with_all_that_it_can_hold) {
  auto ma_request = ma(mar());
  BOOST_TEST(ma_request.impi.text() == "alice@ims.example");
  BOOST_TEST(ma_request.impu.text() == "sip:alice@ims.example");
  BOOST_TEST(ma_request.scheme == "Digest-AKAv1-MD5");
  BOOST_TEST(ma_request.sip_authorization.empty());
  BOOST_TEST(ma_request.items == 2U);
  BOOST_TEST(ma_request.server_name == scscf);
  const std::string rand_auts("\0\1rand and auts", 15);
  Message m = without(mar(), 612);
  m.avps.push_back(group_avp(612, {text_avp(608, "SIP Digest", tgpp), text_avp(610, rand_auts, tgpp)}, tgpp));
  m.avps.push_back(in_vouching({waf}));
  ma_request = ma(m);
  BOOST_TEST(ma_request.scheme == "SIP Digest");
  BOOST_TEST(ma_request.sip_authorization == rand_auts);
  BOOST_TEST(ma_request.common.vouching->authorizer.text() == "waf.example.net");
}

BOOST_AUTO_TEST_CASE(a_sar_is_read_with_all_that_it_can_hold) {
  Message m = with_text(sar(6), 624, std::string("\0\0\0\1", 4));
  m.avps.push_back(text_avp(601, "tel:+1-555-0100", tgpp));
  const auto sa_request = sa(m);
  BOOST_TEST(sa_request.impi.value().text() == "alice@ims.example");
  BOOST_TEST_REQUIRE(sa_request.impus.size() == 2U);
  BOOST_TEST(sa_request.impus[0].text() == "sip:alice@ims.example");
  BOOST_TEST(sa_request.impus[1].text() == "tel:+15550100");
  BOOST_TEST(sa_request.server_name == scscf);
  BOOST_TEST((sa_request.type == cx::ServerAssignmentType::timeout_deregistration_store_server_name));
  BOOST_TEST(sa_request.user_data_available);
  BOOST_TEST(sa_request.common.session == m.text(263));
  BOOST_TEST(!sa_request.statement.has_value());
  const auto nobody = sa(without(without(sar(), 1), 601));
  BOOST_TEST(!nobody.impi.has_value());
  BOOST_TEST(nobody.impus.empty());
  BOOST_TEST(!nobody.user_data_available);
  for (std::uint32_t n = 0; n < 12; ++n) BOOST_TEST(static_cast<std::uint32_t>(sa(sar(n)).type) == n);
}

BOOST_AUTO_TEST_CASE(what_a_registration_rests_on_is_read_from_its_own_avp_and_a_markers_call_id) {
  using Kind = cx::Statement::Kind;
  const auto basis = [&](std::uint32_t n) { return sa(with(sar(), number_avp(1005, n, ours, false))).statement; };
  BOOST_TEST((basis(0).value().kind == Kind::authenticated));
  BOOST_TEST((basis(1).value().kind == Kind::trusted_node));
  const auto call_id = [&](const std::string& text, bool marks = true) {
    return sa(with(sar(), text_avp(494, text, 50, false)), marks).statement;
  };
  BOOST_TEST((call_id("auth;1234@phone").value().kind == Kind::authenticated));
  BOOST_TEST((call_id("tna;").value().kind == Kind::trusted_node));
  BOOST_TEST(!call_id("tna;").value().authorizer.has_value());
  BOOST_TEST(call_id("tna;WAF.example;more").value().authorizer.value().text() == "waf.example");
  BOOST_TEST(!call_id("1234@phone").has_value());
  BOOST_TEST(!call_id("tna;\x01").has_value());
  BOOST_TEST(!call_id("auth;1234@phone", false).has_value());  // a text that any phone may have made
  // Both: the AVP that is ours counts.
  Message m = with(sar(), text_avp(494, "auth;", 50, false));
  m.avps.push_back(number_avp(1005, 1, ours, false));
  BOOST_TEST((sa(m, true).statement.value().kind == Kind::trusted_node));
}

BOOST_AUTO_TEST_CASE(a_lir_is_read_with_all_that_it_can_hold) {
  auto li_request = li(lir());
  BOOST_TEST(li_request.impu.text() == "sip:alice@ims.example");
  BOOST_TEST(!li_request.originating);
  BOOST_TEST(!li_request.capabilities_wanted);
  Message m = with(lir(), number_avp(633, 0, tgpp));
  m.avps.push_back(number_avp(623, 2, tgpp));
  li_request = li(m);
  BOOST_TEST(li_request.originating);
  BOOST_TEST(li_request.capabilities_wanted);
  BOOST_TEST(!li(with(lir(), number_avp(623, 0, tgpp))).capabilities_wanted);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_5005_and_shown_by_an_example) {
  const std::vector<std::pair<Message, std::vector<std::uint32_t>>> table = {
      {uar(), {1, 601, 600}}, {mar(), {1, 601, 602, 612, 607}}, {sar(), {263, 602, 614, 624}}, {lir(), {601}}};
  for (const auto& [whole, codes] : table) {
    for (const std::uint32_t code : codes) {
      BOOST_TEST_CONTEXT(whole.command << " without " << code) {
        const Message answer = refusal(without(whole, code));
        BOOST_TEST(answer.result() == 5005U);
        BOOST_TEST(failed(answer).code == code);
        const bool number = code == 607 || code == 614 || code == 624;
        BOOST_TEST(failed(answer).data == std::string(number ? 4 : 0, '\0'));
        if (code != 263) has_what_every_answer_has(answer);
      }
    }
  }
  Message m = without(mar(), 612);
  m.avps.push_back(group_avp(612, {}, tgpp));
  BOOST_TEST(failed(refusal(m)).code == 608U);
  m = with(uar(), in_vouching({text_avp(658, "wwsf.example.net", tgpp, false)}));
  BOOST_TEST(refusal(m).result() == 5005U);
  BOOST_TEST(failed(refusal(m)).code == 657U);
  BOOST_TEST(refusal(with_text(sar(), 263, "")).result() == 5005U);
}

BOOST_AUTO_TEST_CASE(a_value_that_no_row_has_is_5004_and_shown) {
  const auto shown = [&](const Message& m, std::uint32_t code, std::uint32_t number) {
    BOOST_TEST_CONTEXT(code << " is " << number) {
      const Message answer = refusal(m);
      BOOST_TEST(answer.result() == 5004U);
      BOOST_TEST(failed(answer).code == code);
      BOOST_TEST(failed(answer).number() == number);
    }
  };
  for (const std::uint32_t n : {12U, 13U, 14U, 15U, 0xFFFFFFFFU}) shown(sar(n), 614, n);
  shown(with(uar(), number_avp(623, 3, tgpp)), 623, 3);
  shown(with(lir(), number_avp(623, 3, tgpp)), 623, 3);
  shown(with(lir(), number_avp(633, 1, tgpp)), 633, 1);
  shown(with(without(sar(), 624), number_avp(624, 2, tgpp)), 624, 2);
  shown(with(sar(), number_avp(1005, 2, ours, false)), 1005, 2);
}

BOOST_AUTO_TEST_CASE(an_identity_that_breaks_its_grammar_is_5004_and_shown_as_it_came) {
  const auto shown = [&](const Message& m, std::uint32_t code, const std::string& text) {
    BOOST_TEST_CONTEXT(code << " is " << text) {
      const Message answer = refusal(m);
      BOOST_TEST(answer.result() == 5004U);
      BOOST_TEST(failed(answer).code == code);
      BOOST_TEST(failed(answer).data == text);
    }
  };
  const std::vector<std::string> none = {"", "no-scheme", std::string("sip:a\0b@c", 9), "sip:\xff@c", "mailto:a@b"};
  for (const auto& text : none) {
    for (const Message& whole : {uar(), mar(), sar(), lir()}) shown(with_text(whole, 601, text), 601, text);
  }
  for (const Message& whole : {uar(), mar(), sar()}) shown(with_text(whole, 1, "no-realm"), 1, "no-realm");
  for (const Message& whole : {mar(), sar()}) {
    shown(with_text(whole, 602, "not a uri"), 602, "not a uri");
    shown(with_text(whole, 602, "tel:+15550100"), 602, "tel:+15550100");
  }
  shown(with(sar(), text_avp(634, "no-scheme", tgpp, false)), 634, "no-scheme");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_vouching_is_shown_within_its_group) {
  const auto shown = [&](const client::Avp& vouching, std::uint32_t result, const client::Avp& expected) {
    for (const Message& whole : {uar(), mar(), sar()}) {
      const Message answer = refusal(with(whole, vouching));
      BOOST_TEST(answer.result() == result);
      BOOST_TEST(failed(answer).code == 1001U);
      BOOST_TEST(failed(answer).vendor == ours);
      const auto inner = only_member(failed(answer));
      BOOST_TEST(inner.code == expected.code);
      BOOST_TEST(inner.vendor == expected.vendor);
      BOOST_TEST(inner.data.size() == expected.data.size());
    }
  };
  const auto bad_waf = text_avp(657, "a b", tgpp, false);
  const auto bad_wwsf = text_avp(658, "", tgpp, false);
  shown(in_vouching({bad_waf}), 5004, bad_waf);
  shown(in_vouching({waf, bad_wwsf}), 5004, bad_wwsf);
  // Unknown to the dictionary; known, and no member; a member's code of another vendor: the first is shown.
  const auto unknown = text_avp(4999, "only until noon", tgpp);
  const auto stranger = text_avp(1, "alice@ims.example");
  shown(in_vouching({waf, unknown, stranger}), 5001, unknown);
  shown(in_vouching({stranger, waf}), 5001, stranger);
  shown(in_vouching({text_avp(657, "waf.example.net", ours), waf}), 5001, text_avp(657, "waf.example.net", ours));
  BOOST_TEST(ua(with(uar(), in_vouching({waf, text_avp(4999, "x", tgpp, false)}))).common.vouching.has_value());
}

BOOST_AUTO_TEST_CASE(an_avp_with_v_and_vendor_0_is_none_of_the_base_protocols) {
  auto message = received(uar());
  claim_vendor_0(message, 1);
  const auto refused = decoder.user_authorization(message.get(), speaker());
  BOOST_TEST((refused.error().code == result::missing_avp));
  message = received(sar());
  claim_vendor_0(message, 1);
  BOOST_TEST(!decoder.server_assignment(message.get(), speaker()).value().impi.has_value());
}

// What the core refuses by the rows before a handler sees it.
BOOST_AUTO_TEST_CASE(the_core_refuses_what_the_rows_do_not_allow) {
  for (const Message& whole : {uar(), mar(), sar(), lir()}) {
    const auto refused = refusal_of_the_core(whole);
    BOOST_TEST_CONTEXT(whole.command) BOOST_TEST((refused == nullptr));
  }
  const auto refused = [&](const Message& m, std::uint32_t result, std::uint32_t code) {
    const auto answer = refusal_of_the_core(m);
    BOOST_TEST_REQUIRE((answer != nullptr));
    BOOST_TEST(sent(answer).result() == result);
    BOOST_TEST(failed(sent(answer)).code == code);
  };
  refused(without(uar(), 600), 5005, 600);
  refused(without(mar(), 612), 5005, 612);
  refused(without(sar(), 614), 5005, 614);
  refused(without(lir(), 601), 5005, 601);
  refused(with(uar(), text_avp(1, "bob@ims.example")), 5009, 1);
  refused(with(with(uar(), in_vouching({waf})), in_vouching({waf})), 5009, 1001);
  refused(with(uar(), text_avp(623, "abc", tgpp)), 5014, 623);
  refused(with(uar(), text_avp(9999, "x", tgpp)), 5001, 9999);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
