#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

// A real daemon, asked over its socket.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Message;
using client::number_avp;
using client::ours;
using client::Peer;
using client::text_avp;
using client::tgpp;

/// One daemon for the whole suite: it must outlive everything that is sent to it.
struct Daemon {
  HssProcess hss;
  Daemon() { hss.start(); }
};
Daemon& daemon() {
  static Daemon instance;
  return instance;
}

/// A name of its own for each connection: the daemon takes a moment to let go of one that was just closed.
std::string fresh(const std::string& start) {
  static int number = 0;
  return start + std::to_string(++number) + ".ims.example";
}

struct Wire {
  HssProcess& hss = daemon().hss;
  Peer peer{hss.peer(fresh("epcscf"))};
  Message uar() { return client::uar(peer, alice, alice_impu); }
  /// The code of the AVP in Failed-AVP; 0 when there is none.
  static std::uint32_t failed(const Message& answer) {
    const auto members = answer.members(279);
    return members.empty() ? 0 : members.front().code;
  }
  static void take(Message& m, std::uint32_t code) {
    std::erase_if(m.avps, [&](const client::Avp& a) { return a.code == code; });
  }
  static void set(Message& m, std::uint32_t code, const std::string& text) {
    for (auto& a : m.avps) {
      if (a.code == code) a.data = text;
    }
  }
  void serves() {
    Peer other(hss.peer(fresh("other")));
    BOOST_TEST(other.ask(client::uar(other, "bob@ims.example", "sip:bob@ims.example")).result() >= experimental + 2001);
  }
};

BOOST_FIXTURE_TEST_SUITE(wire, Wire)

BOOST_AUTO_TEST_CASE(every_answer_carries_what_cx_asks_for) {
  const Message answer = peer.ask(uar());
  BOOST_TEST(answer.avps.front().code == 263U);
  BOOST_TEST(answer.find(277)->number() == 1U);
  BOOST_TEST(answer.text(264) == "hss.ims.example");
  BOOST_TEST(client::find_in(answer.members(260), 258)->number() == 16777216U);
}

BOOST_AUTO_TEST_CASE(a_missing_mandatory_avp_is_5005_and_named) {
  for (const std::uint32_t code : {1U, 601U, 600U}) {
    Message m = uar();
    take(m, code);
    const Message answer = peer.ask(m);
    BOOST_TEST_CONTEXT("without " << code) {
      BOOST_TEST(answer.result() == 5005U);
      BOOST_TEST(failed(answer) == code);
    }
  }
  Message m = client::sar(peer, alice, {}, scscf_name, 1);
  BOOST_TEST(peer.ask(m).result() == 5005U);
  m = client::sar(peer, "", {}, scscf_name, 5);
  BOOST_TEST(peer.ask(m).result() == 5005U);
  m = client::sar(peer, alice, {alice_impu}, scscf_name, 1);
  take(m, 263);  // without one, it could not be told from one that is sent again
  BOOST_TEST(peer.ask(m).result() == 5005U);
}

BOOST_AUTO_TEST_CASE(an_avp_that_is_there_twice_is_5009_and_named) {
  for (const std::uint32_t code : {1U, 600U}) {
    Message m = uar();
    m.avps.push_back(*m.find(code, code == 1U ? 0 : tgpp));
    const Message answer = peer.ask(m);
    BOOST_TEST(answer.result() == 5009U);
    BOOST_TEST(failed(answer) == code);
  }
  Message m = client::uar(peer, alice, alice_impu, client::Delegation{"waf.example.net"});
  m.avps.push_back(client::delegated_authorization({"waf.example.net"}));
  BOOST_TEST(peer.ask(m).result() == 5009U);
  m = client::sar(peer, alice, {alice_impu, "tel:+15550100"}, scscf_name, 1);
  const Message answer = peer.ask(m);
  BOOST_TEST(answer.result() == 5009U);
  BOOST_TEST(failed(answer) == 601U);
}

BOOST_AUTO_TEST_CASE(a_wrong_length_is_5014_and_an_unknown_mandatory_avp_5001) {
  Message m = uar();
  m.avps.push_back(text_avp(623, "abc", tgpp));
  BOOST_TEST(peer.ask(m).result() == 5014U);
  m = uar();
  m.avps.push_back(text_avp(9999, "x", tgpp));
  const Message answer = peer.ask(m);
  BOOST_TEST(answer.result() == 5001U);
  BOOST_TEST(failed(answer) == 9999U);
  m.avps.back().mandatory = false;
  BOOST_TEST(peer.ask(m).result() >= experimental + 2001);
}

BOOST_AUTO_TEST_CASE(what_a_vouching_insists_on_and_is_not_understood_is_5001_and_named_in_its_group) {
  // Unknown to the dictionary, and known but no member of the group.
  for (const auto& insisted : {text_avp(4999, "only until noon", tgpp), text_avp(1, "alice@ims.example"),
                               text_avp(657, "waf.example.net", ours)}) {
    Message m = uar();
    m.avps.push_back(client::group_avp(1001, {text_avp(657, "waf.example.net", tgpp, false), insisted}, ours, false));
    const Message answer = peer.ask(m);
    BOOST_TEST(answer.result() == 5001U);
    BOOST_TEST(answer.find(1003, ours) == nullptr);
    const auto group = answer.members(279);
    BOOST_TEST_REQUIRE(group.size() == 1U);
    BOOST_TEST(group.front().code == 1001U);
    const auto inside = client::decode_avps(group.front().data);
    BOOST_TEST_REQUIRE(inside.has_value());
    BOOST_TEST_REQUIRE(inside->size() == 1U);
    BOOST_TEST(inside->front().code == insisted.code);
    BOOST_TEST(inside->front().vendor == insisted.vendor);
    BOOST_TEST(inside->front().mandatory);
    BOOST_TEST(inside->front().data.size() == insisted.data.size());
    m.avps.pop_back();
    auto ignored = insisted;
    ignored.mandatory = false;
    m.avps.push_back(client::group_avp(1001, {text_avp(657, "waf.example.net", tgpp, false), ignored}, ours, false));
    BOOST_TEST(peer.ask(m).find(1003, ours)->number() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_value_out_of_range_is_5004_and_named) {
  Message m = uar();
  m.avps.push_back(number_avp(623, 3, tgpp));
  Message answer = peer.ask(m);
  BOOST_TEST(answer.result() == 5004U);
  BOOST_TEST(failed(answer) == 623U);
  for (const std::uint32_t type : {12U, 13U, 14U, 15U, 0xFFFFFFFFU}) {
    answer = peer.ask(client::sar(peer, alice, {alice_impu}, scscf_name, type));
    BOOST_TEST(answer.result() == 5004U);
    BOOST_TEST(failed(answer) == 614U);
  }
  m = client::sar(peer, alice, {alice_impu}, "not a uri", 1);
  BOOST_TEST(failed(peer.ask(m)) == 602U);
}

BOOST_AUTO_TEST_CASE(an_identity_that_breaks_its_grammar_is_5004_and_logged_escaped) {
  const std::vector<std::string> bad = {"",           "no-scheme", std::string("sip:a\0b@c", 9),
                                        "sip:\xff@c", "sip:a b@c", "sip:" + std::string(300, 'a') + "@c",
                                        "mailto:a@b"};
  for (const auto& text : bad) {
    Message m = uar();
    set(m, 601, text);
    const Message answer = peer.ask(m);
    BOOST_TEST(answer.result() == 5004U);
    BOOST_TEST(failed(answer) == 601U);
    BOOST_TEST(answer.members(279).front().data == text);
  }
  Message m = uar();
  set(m, 1, "no-realm");
  BOOST_TEST(failed(peer.ask(m)) == 1U);
  BOOST_TEST(hss.logged("sip:a\\x00b@c is refused"));
}

BOOST_AUTO_TEST_CASE(an_unknown_command_is_3001) {
  Message m = peer.request(399);
  BOOST_TEST(peer.ask(m).result() == 3001U);
}

BOOST_AUTO_TEST_CASE(a_delegated_authorization_is_checked_and_compared_in_normal_form) {
  Message answer = peer.ask(client::uar(peer, alice, alice_impu, client::Delegation{""}));
  BOOST_TEST(answer.result() == 5004U);
  BOOST_TEST(failed(answer) == 1001U);  // the group that holds the empty name
  for (const char* spelling : {"waf.example.net", "WAF.Example.NET", "waf.example.net."}) {
    answer = peer.ask(client::uar(peer, alice, alice_impu, client::Delegation{spelling}));
    BOOST_TEST(answer.find(1003, ours)->number() == 0U);
  }
  answer = peer.ask(client::uar(peer, alice, alice_impu,
                                client::Delegation{"w\xc3\xa4"
                                                   "f.example"}));
  BOOST_TEST(answer.find(1003, ours)->number() == 3U);
  Message m = uar();
  m.avps.push_back(client::group_avp(1001, {}, ours, false));
  BOOST_TEST(peer.ask(m).result() == 5005U);
}

BOOST_AUTO_TEST_CASE(delegation_expiry_is_the_grants_end_in_ntp_seconds) {
  const Message answer = peer.ask(client::uar(peer, alice, alice_impu, client::Delegation{"waf.example.net"}));
  // 2035-01-01T00:00:00Z is 2051222400; 2208988800 more since 1900, and then modulo 2^32.
  BOOST_TEST(answer.find(1004, ours)->number() == static_cast<std::uint32_t>(2051222400ULL + 2208988800ULL));
}

BOOST_AUTO_TEST_CASE(features_are_negotiated) {
  Message m = client::uar(peer, alice, alice_impu, client::Delegation{"waf.example.net"});
  m.avps.push_back(client::supported_features(ours, 1, 1, true));
  Message answer = peer.ask(m);
  BOOST_TEST(answer.find(1003, ours)->number() == 0U);
  BOOST_TEST(answer.all(628, tgpp).size() == 2U);
  m.avps.back() = client::supported_features(tgpp, 1, 0x80, true);
  answer = peer.ask(m);
  BOOST_TEST(answer.result() == experimental + 5011);
  BOOST_TEST(answer.all(628, tgpp).size() == 2U);
}

BOOST_AUTO_TEST_CASE(vectors_and_digest_data_have_their_items) {
  Message answer = peer.ask(client::mar(peer, "bob@ims.example", "sip:bob@ims.example", scscf_name, "Unknown", 3));
  BOOST_TEST(answer.result() == 2001U);
  BOOST_TEST(answer.find(607, tgpp)->number() == 3U);
  const auto items = answer.all(612, tgpp);
  BOOST_TEST_REQUIRE(items.size() == 3U);
  const auto item = client::decode_avps(items[0].data).value();
  BOOST_TEST(client::find_in(item, 608, tgpp)->data == "Digest-AKAv1-MD5");
  BOOST_TEST(client::find_in(item, 609, tgpp)->data.size() == 32U);
  BOOST_TEST(client::find_in(item, 610, tgpp)->data.size() == 8U);
  BOOST_TEST(client::find_in(item, 625, tgpp)->data.size() == 16U);
  BOOST_TEST(client::find_in(item, 626, tgpp)->data.size() == 16U);
  answer = peer.ask(client::mar(peer, "carol@ims.example", "sip:carol@ims.example", scscf_name, "SIP Digest"));
  const auto digest =
      client::decode_avps(
          client::find_in(client::decode_avps(answer.all(612, tgpp).at(0).data).value(), 635, tgpp)->data)
          .value();
  BOOST_TEST(client::find_in(digest, 104)->data == "ims.example");
  BOOST_TEST(client::find_in(digest, 121)->data == "5f4dcc3b5aa765d61d8327deb882cf99");
  answer = peer.ask(client::mar(peer, "bob@ims.example", "sip:bob@ims.example", scscf_name, "Digest-AKAv1-MD5", 1,
                                std::string(30, 'x')));
  BOOST_TEST(answer.result() == 5004U);
  BOOST_TEST(failed(answer) == 612U);
}

BOOST_AUTO_TEST_CASE(user_data_is_valid_against_the_published_schema) {
  peer.ask(client::mar(peer, "bob@ims.example", "sip:bob@ims.example", scscf_name));
  const Message answer = peer.ask(client::sar(peer, "bob@ims.example", {"sip:bob@ims.example"}, scscf_name, 1));
  BOOST_TEST(answer.result() == 2001U);
  const std::string xml = answer.text(606, tgpp);
  BOOST_TEST(xml.find("<PrivateID>bob@ims.example</PrivateID>") != std::string::npos);
  const std::string file = (hss.folder() / "user-data.xml").string();
  std::ofstream(file) << xml;
  const std::string published = std::string(VOUCHSAFE_SOURCE_DIR) + "/../shared/reference/xsd/";
  for (const char* schema : {"CxDataType_Rel7.xsd", "CxDataType_Rel8.xsd"}) {
    if (!std::filesystem::exists(published + schema)) continue;
    const auto checked = run("xmllint --noout --schema " + published + schema + " " + file);
    BOOST_TEST_CONTEXT(schema << checked.output) BOOST_TEST(checked.exit == 0);
  }
  BOOST_TEST(peer.ask(client::sar(peer, "bob@ims.example", {"sip:bob@ims.example"}, scscf_name, 5)).result() == 2001U);
}

BOOST_AUTO_TEST_CASE(who_may_vouch_is_told_to_the_scscf) {
  peer.ask(client::uar(peer, alice, alice_impu, client::Delegation{"waf.example.net"}));
  const Message answer = peer.ask(client::sar(peer, alice, {alice_impu}, scscf_name, 1));
  BOOST_TEST(client::find_in(answer.members(656, tgpp), 657, tgpp)->data == "waf.example.net");
  const auto shown = hss.vouchctl("--json registrations --authorizer waf.example.net");
  BOOST_TEST(shown.output.find("\"provenance\":\"vouched\"") != std::string::npos);
  peer.ask(client::sar(peer, alice, {alice_impu}, scscf_name, 5));
}

BOOST_AUTO_TEST_CASE(a_message_that_would_end_the_daemon_gets_its_error_and_is_logged_with_its_peer) {
  for (const std::uint32_t code : {263U, 264U, 296U}) {
    Peer hostile(hss.peer("hostile" + std::to_string(code) + ".ims.example"));
    Message m = client::uar(hostile, alice, alice_impu);
    set(m, code, std::string("hostile\0.ims.example", 20));
    const Message answer = hostile.ask(m);
    BOOST_TEST(answer.result() == 5004U);
    BOOST_TEST(failed(answer) == code);
    BOOST_TEST(hostile.ask(client::uar(hostile, alice, alice_impu)).result() >= experimental);
  }
  serves();
  BOOST_TEST(hss.logged("VS-0128 peer hostile263.ims.example sent a Session-Id that is empty or holds a control"));
  BOOST_TEST(hss.logged("VS-0131 peer hostile264.ims.example sent a DiameterIdentity that breaks its grammar: "));
}

BOOST_AUTO_TEST_CASE(nothing_that_is_sent_ends_the_daemon) {
  unsigned state = 12345;
  const auto random = [&] { return state = state * 1103515245U + 12345U; };
  // Nobody leaves meanwhile: a faulty request of a peer that is just leaving can end a routing thread of freeDiameter
  // 1.2.1, and then the daemon, guard or not.
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 300; ++i) {
    // Each with a Session-Id of its own: two at once with the same one end freeDiameter 1.2.1, guard or not.
    std::string spoiled = client::encode(uar());
    for (int k = 0; k < 3; ++k)
      spoiled[20 + random() / 65536 % (spoiled.size() - 20)] = static_cast<char>(random() / 65536);
    try {
      auto& hostile = *peers.emplace_back(std::make_unique<Peer>(hss.peer(fresh("fuzz"))));
      hostile.send_octets(spoiled);
      (void)hostile.receive(std::chrono::milliseconds{2});
    } catch (const std::exception&) {
      continue;  // the daemon may close such a connection
    }
  }
  BOOST_TEST(hss.running());
  serves();
}

BOOST_AUTO_TEST_CASE(no_secret_is_in_the_log_or_in_what_vouchctl_prints) {
  for (const std::string& text :
       {hss.log(), hss.vouchctl("export").output, hss.vouchctl("subscriber show --impi bob@ims.example").output}) {
    for (const char* secret :
         {"0396eb317b6d1c36f19c1c84cd6ffd16", "53c15671c60a4b731c55b4a441c0bde2", "5f4dcc3b5aa765d61d8327deb882cf99"}) {
      BOOST_TEST(text.find(secret) == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
