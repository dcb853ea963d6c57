#include "client/cx.hpp"
#include "support/sh_process.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

// Sh over its socket: an AS, and a provisioning system, played by this test.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Message;
using client::Peer;
using client::repository_data;
using client::tgpp;
using namespace std::chrono_literals;

const std::string one_grant =
    R"({"impis":[{"impi":"alice@ims.example","way":"direct-or-delegated","auth":{"scheme":"Digest-AKAv1-MD5","k":"465b5ce8b199b49faa5f0a2ee238a6bc","opc":"cd63cb71954a9f4e48a5994e37a02baf"}}],"impus":[{"impu":"sip:alice@ims.example"},{"impu":"tel:+15550100"}],"visited_networks":["ims.example"],"authorizers":[{"waf":"waf.example.net","impu":"sip:alice@ims.example","not_after":"2035-01-01T00:00:00Z"}]})";

struct Sh : ShProcess {
  Sh() {
    for (const char* reference : {"RepositoryData", "IMSPublicIdentity", "IMSUserState", "S-CSCFName",
                                  "InitialFilterCriteria", "ChargingInformation", "MSISDN", "PSIActivation", "DSAI",
                                  "AliasesRepositoryData", "IMSPrivateUserIdentity", "LocationInformation", "STN-SR"}) {
      for (const char* host : {"as1.ims.example", "as2.ims.example"}) allow(host, std::string("--data ") + reference);
    }
    for (const char* host : {"as1.ims.example", "as2.ims.example"})
      allow(host, "--service-indication " + grants_service);
    BOOST_TEST_REQUIRE(vouchctl("as allow reader.ims.example --may read --service-indication notes").exit == 0);
    BOOST_TEST_REQUIRE(vouchctl("import -", psi).exit == 0);
    // alice with one grant, which covers one IMPU of her set.
    BOOST_TEST_REQUIRE(vouchctl("subscriber delete --impi alice@ims.example").exit == 0);
    BOOST_TEST_REQUIRE(vouchctl("import -", one_grant).exit == 0);
    start();
  }
  void allow(const std::string& host, const std::string& data) const {
    BOOST_TEST_REQUIRE(vouchctl("as allow " + host + " --may read,write,subscribe " + data).exit == 0);
  }
  static std::string data(const Message& m) { return m.text(702, tgpp); }
  /// What stands between two tags.
  static std::string between(const std::string& xml, const std::string& start, const std::string& end) {
    const auto from = xml.find(start);
    if (from == std::string::npos) return {};
    const auto to = xml.find(end, from);
    return xml.substr(from + start.size(), to - from - start.size());
  }
  static std::string grants(const std::vector<std::string>& wafs, const std::string& more = {}) {
    std::string out = "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\">";
    for (const auto& waf : wafs) out += "<DelegatedAuthorizer><WAF>" + waf + "</WAF>" + more + "</DelegatedAuthorizer>";
    return out + "</DelegatedAuthorizers>";
  }
  static std::string sequence(Peer& as, const std::string& name = grants_service) {
    return between(data(as.ask(client::udr(as, alice_impu, {0}, {name}))), "<SequenceNumber>", "</SequenceNumber>");
  }
  static Message next(Peer& peer, std::uint32_t command) {
    const auto message = peer.receive(3s);
    BOOST_TEST_REQUIRE(message.has_value());
    BOOST_TEST_REQUIRE(message->command == command);
    return *message;
  }
  static constexpr const char* psi =
      R"({"impis":[{"impi":"psi@ims.example","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:conference@ims.example","psi":"active"}]})";
};

BOOST_FIXTURE_TEST_SUITE(sh, Sh)

BOOST_AUTO_TEST_CASE(who_may_do_what_is_the_permission_list) {
  Peer reader(as("reader.ims.example"));
  BOOST_TEST(reader.ask(client::udr(reader, alice_impu, {0}, {"notes"})).result() == 2001U);
  BOOST_TEST(reader.ask(client::udr(reader, alice_impu, {0}, {grants_service})).result() == experimental + 5102);
  BOOST_TEST(reader.ask(client::udr(reader, alice_impu, {0}, {"notes", grants_service})).result() ==
             experimental + 5102);
  BOOST_TEST(reader.ask(client::udr(reader, alice_impu, {11})).result() == experimental + 5102);
  BOOST_TEST(put(reader, 0, "<n/>", "notes") == experimental + 5103);
  BOOST_TEST(reader.ask(client::snr(reader, alice_impu, 0, {"notes"})).result() == experimental + 5104);
  Peer writer(as());
  BOOST_TEST(put(writer, 1, grants({})) == 2001U);
  BOOST_TEST(vouchctl("as deny as1.ims.example --may write --service-indication " + grants_service).exit == 0);
  BOOST_TEST(put(writer, 2, grants({})) == experimental + 5103);
  BOOST_TEST(writer.ask(client::udr(writer, alice_impu, {0}, {grants_service})).result() == 2001U);
}

BOOST_AUTO_TEST_CASE(the_user_and_the_kind_of_identity_are_checked) {
  Peer as1(as());
  BOOST_TEST(as1.ask(client::udr(as1, "sip:nobody@ims.example", {11})).result() == experimental + 5001);
  BOOST_TEST(as1.ask(client::udr(as1, alice_impu, {18})).result() == experimental + 5101);
  BOOST_TEST(as1.ask(client::udr(as1, "sip:conference@ims.example", {11})).result() == experimental + 5101);
  BOOST_TEST(as1.ask(client::udr(as1, alice_impu, {99})).result() == 5004U);
  const Message incomplete = as1.ask(client::udr(as1, alice_impu, {0}));
  BOOST_TEST(incomplete.result() == 5005U);
  BOOST_TEST(incomplete.members(279).front().code == 704U);
  BOOST_TEST(as1.ask(client::udr(as1, alice_impu, {14})).result() == experimental + 4100);
  Message odd = client::udr(as1, "15550100", {17});
  BOOST_TEST(data(as1.ask(odd)).find("<MSISDN>15550100</MSISDN>") != std::string::npos);
  Message insisting = client::udr(as1, alice_impu, {11});
  insisting.avps.push_back(client::supported_features(tgpp, 1, 0x4, true));
  BOOST_TEST(as1.ask(insisting).result() == experimental + 5011);
}

BOOST_AUTO_TEST_CASE(udr_tells_what_the_hss_holds) {
  Peer as1(as());
  Peer scscf(peer("scscf.ims.example"));
  const auto ask = [&](std::uint32_t reference) { return data(as1.ask(client::udr(as1, alice_impu, {reference}))); };
  BOOST_TEST(ask(11).find("<IMSUserState>0</IMSUserState>") != std::string::npos);
  BOOST_TEST(ask(12).find("SCSCFName") == std::string::npos);
  BOOST_TEST_REQUIRE(scscf.ask(client::mar(scscf, alice, alice_impu, scscf_name)).result() == 2001U);
  BOOST_TEST(ask(11).find("<IMSUserState>3</IMSUserState>") != std::string::npos);
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  const Message both = as1.ask(client::udr(as1, alice_impu, {11, 12}));
  BOOST_TEST(data(both).find("<SCSCFName>sip:scscf.ims.example</SCSCFName><IMSUserState>1</IMSUserState>") !=
             std::string::npos);
  BOOST_TEST(ask(10).find("<PublicIdentifiers><IMSPublicIdentity>sip:alice@ims.example</IMSPublicIdentity>"
                          "<IMSPublicIdentity>tel:+15550100</IMSPublicIdentity>") != std::string::npos);
  BOOST_TEST(ask(33).find("<IMSPrivateUserIdentity>alice@ims.example</IMSPrivateUserIdentity>") != std::string::npos);
  Message registered = client::udr(as1, alice_impu, {10});
  registered.avps.push_back(client::number_avp(708, 1, tgpp, false));
  BOOST_TEST(data(as1.ask(registered)).find("<RegisteredIdentites><IMSPublicIdentity>sip:alice") != std::string::npos);
  BOOST_TEST(ask(27).find("<Sh-Data/>") != std::string::npos);  // not held here: nothing, and no error
}

BOOST_AUTO_TEST_CASE(repository_data_follow_the_rules_of_sequence_numbers) {
  Peer as1(as());
  BOOST_TEST(put(as1, 1, "<n/>", "notes") == experimental + 5105);
  BOOST_TEST(put(as1, 0, "<n xmlns=\"urn:n\">1</n>", "notes") == 2001U);
  BOOST_TEST(put(as1, 0, "<n/>", "notes") == experimental + 5105);
  BOOST_TEST(put(as1, 2, "<n/>", "notes") == experimental + 5105);
  const Message written =
      as1.ask(client::pur(as1, alice_impu, repository_data("notes", 1, "<n xmlns=\"urn:n\">two</n>")));
  BOOST_TEST(written.result() == 2001U);
  BOOST_TEST(client::find_in(written.members(715, tgpp), 716, tgpp)->number() == 1U);
  BOOST_TEST(data(as1.ask(client::udr(as1, alice_impu, {0}, {"notes"})))
                 .find("<SequenceNumber>1</SequenceNumber><ServiceData><n xmlns=\"urn:n\">two</n></ServiceData>") !=
             std::string::npos);
  BOOST_TEST(put(as1, 2, std::nullopt, "notes") == 2001U);
  BOOST_TEST(data(as1.ask(client::udr(as1, alice_impu, {0}, {"notes"}))).find("RepositoryData") == std::string::npos);
  BOOST_TEST(put(as1, 0, "<n/>", "notes") == 2001U);
  // Of the other identity of the set they are other data; of aliases they are the same.
  BOOST_TEST(put(as1, 0, "<n/>", "notes", "tel:+15550100") == 2001U);
  const std::string aliases =
      "<Sh-Data><Extension><AliasesRepositoryData><ServiceIndication>notes</ServiceIndication><SequenceNumber>0"
      "</SequenceNumber><ServiceData><a/></ServiceData></AliasesRepositoryData></Extension></Sh-Data>";
  BOOST_TEST(as1.ask(client::pur(as1, alice_impu, aliases, 20)).result() == 2001U);
  BOOST_TEST(as1.ask(client::pur(as1, "tel:+15550100", aliases, 20)).result() == experimental + 5105);
}

BOOST_AUTO_TEST_CASE(bad_documents_change_nothing) {
  Peer as1(as());
  const auto refused = [&](const std::string& xml) { return as1.ask(client::pur(as1, alice_impu, xml)).result(); };
  for (const std::string xml :
       {"", "not xml", "<Sh-Data/>", "<Sh-Data><RepositoryData/></Sh-Data>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Sh-Data>&x;</Sh-Data>",
        "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Sh-Data>&b;</Sh-Data>"}) {
    BOOST_TEST_CONTEXT(xml) BOOST_TEST(refused(xml) == experimental + 5100);
  }
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "<a>";
  BOOST_TEST(refused(repository_data("notes", 0, deep)) == experimental + 5100);
  BOOST_TEST(refused(repository_data("notes", 0, "<a>" + std::string(40000, 'x') + "</a>")) == experimental + 5008);
  BOOST_TEST(refused(repository_data("notes", 70000, "<a/>")) == experimental + 5100);
  const auto grants_refused = [&](const std::string& document, const std::string& why) {
    const Message answer = as1.ask(client::pur(as1, alice_impu, repository_data(grants_service, 1, document)));
    BOOST_TEST(answer.result() == experimental + 5100);
    BOOST_TEST_CONTEXT(answer.text(281)) BOOST_TEST(answer.text(281).find(why) != std::string::npos);
  };
  grants_refused(grants({"waf.example.net", "WAF.example.net"}), "a second grant to waf.example.net");
  grants_refused(grants({"unknown.example"}), "knows no authorizer unknown.example");
  grants_refused(grants({"waf.example.net"},
                        "<NotBefore>2031-01-01T00:00:00Z</NotBefore>"
                        "<NotAfter>2030-01-01T00:00:00Z</NotAfter>"),
                 "ends before it begins");
  grants_refused(grants({"waf.example.net"}, "<PrivateIdentity>bob@ims.example</PrivateIdentity>"), "not an IMPI");
  grants_refused(grants({"waf.example.net"}, "<Surprise/>"), "Surprise");
  grants_refused("<DelegatedAuthorizers/>", "line");
  BOOST_TEST(put(as1, 1, "<x/>", grants_service, "sip:nobody@ims.example") == experimental + 5001);
  BOOST_TEST(sequence(as1) == "0");  // as imported
  Message twice = client::pur(as1, alice_impu, repository_data(grants_service, 1, grants({})));
  twice.avps.push_back(client::number_avp(703, 20, tgpp));
  BOOST_TEST(as1.ask(twice).result() == 5009U);
}

BOOST_AUTO_TEST_CASE(a_pur_grants_and_revokes) {
  BOOST_TEST(vouchctl("subscriber bar --impu tel:+15550100").exit == 0);  // the rest of the set needs no grant
  Peer as1(as());
  Peer epcscf(peer());
  const auto vouched = [&](const std::string& waf) {
    return epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{waf}))
        .find(1003, client::ours)
        ->number();
  };
  BOOST_TEST(sequence(as1) == "0");
  BOOST_TEST(data(as1.ask(client::udr(as1, alice_impu, {0}, {grants_service}))).find("<WAF>waf.example.net</WAF>") !=
             std::string::npos);
  BOOST_TEST(vouched("waf.other.example") == 10U);
  BOOST_TEST(put(as1, 1, grants({"waf.other.example"})) == 2001U);
  BOOST_TEST(vouched("waf.other.example") == 0U);
  BOOST_TEST(vouched("waf.example.net") == 10U);
  BOOST_TEST(vouchctl("grants --impu sip:alice@ims.example").output.find("waf.other.example") != std::string::npos);
  // Whoever changes it, the number moves.
  BOOST_TEST(vouchctl("grant --impu sip:alice@ims.example --authorizer waf.example.net").exit == 0);
  BOOST_TEST(sequence(as1) == "2");
  BOOST_TEST(put(as1, 2, grants({})) == experimental + 5105);
  BOOST_TEST(put(as1, 3, grants({"waf.example.net"}, "<PrivateIdentity>alice@ims.example</PrivateIdentity>")) == 2001U);
  BOOST_TEST(vouched("waf.example.net") == 0U);
  BOOST_TEST(put(as1, 4, std::nullopt) == 2001U);
  BOOST_TEST(vouched("waf.example.net") == 10U);
  BOOST_TEST(sequence(as1).empty());
  BOOST_TEST(put(as1, 0, grants({"waf.example.net"})) == 2001U);
}

BOOST_AUTO_TEST_CASE(of_two_that_race_one_wins_and_nothing_is_lost) {
  Peer as1(as());
  Peer as2(as("as2.ims.example"));
  for (unsigned n = 1; n <= 30; ++n) {
    std::uint32_t first = 0;
    std::thread other([&] { first = put(as1, n, grants({"waf.example.net"})); });
    const std::uint32_t second = put(as2, n, grants({"waf.other.example"}));
    other.join();
    BOOST_TEST(((first == 2001U) != (second == 2001U)));
    BOOST_TEST(std::max(first, second) == experimental + 5105);
    const std::string there = data(as1.ask(client::udr(as1, alice_impu, {0}, {grants_service})));
    BOOST_TEST(there.find(first == 2001U ? "waf.example.net" : "waf.other.example") != std::string::npos);
    BOOST_TEST(sequence(as1) == std::to_string(n));
  }
}

BOOST_AUTO_TEST_CASE(a_pur_that_revokes_deregisters) {
  BOOST_TEST(vouchctl("subscriber bar --impu tel:+15550100").exit == 0);  // the rest of the set needs no grant
  Peer as1(as());
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"}));
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  BOOST_TEST(put(as1, 1, grants({"waf.other.example"})) == 2001U);
  auto m = scscf.receive(3s);
  while (m && m->command == ppr) {  // what was barred may be told first
    scscf.answer(*m);
    m = scscf.receive(3s);
  }
  BOOST_TEST_REQUIRE(m.has_value());
  BOOST_TEST_REQUIRE(m->command == rtr);
  BOOST_TEST(m->text(1) == alice);
  scscf.answer(*m);
}

BOOST_AUTO_TEST_CASE(subscribers_hear_of_changes_but_not_of_their_own) {
  Peer as1(as());
  Peer as2(as("as2.ims.example"));
  BOOST_TEST(as1.ask(client::snr(as1, alice_impu, 0, {"absent"})).result() == experimental + 5106);
  Message with_data = client::snr(as1, alice_impu, 0, {grants_service});
  with_data.avps.push_back(client::number_avp(710, 1, tgpp, false));
  const Message subscribed = as1.ask(with_data);
  BOOST_TEST(subscribed.result() == 2001U);
  BOOST_TEST(data(subscribed).find("<WAF>waf.example.net</WAF>") != std::string::npos);
  BOOST_TEST(as2.ask(client::snr(as2, alice_impu, 0, {grants_service})).result() == 2001U);
  BOOST_TEST(vouchctl("subscriptions")
                 .output.find("as2.ims.example  sip:alice@ims.example  RepositoryData "
                              "delegated-authorizers") != std::string::npos);
  BOOST_TEST(put(as1, 1, grants({"waf.other.example"})) == 2001U);
  const Message m = next(as2, pnr);
  BOOST_TEST(m.application == client::sh_application);
  BOOST_TEST(m.text(293) == "as2.ims.example");
  BOOST_TEST(client::find_in(m.members(700, tgpp), 601, tgpp)->data == alice_impu);
  BOOST_TEST(data(m).find("<SequenceNumber>1</SequenceNumber>") != std::string::npos);
  BOOST_TEST(data(m).find("<WAF>waf.other.example</WAF>") != std::string::npos);
  as2.answer(m);
  BOOST_TEST(!as1.receive(300ms).has_value());
  BOOST_TEST(as2.ask(client::snr(as2, alice_impu, 0, {grants_service}, false)).result() == 2001U);
  BOOST_TEST(vouchctl("revoke --impu sip:alice@ims.example --authorizer waf.other.example").exit == 0);
  as1.answer(next(as1, pnr), experimental + 5107);  // it does not want to hear of it any more
  BOOST_TEST(!as2.receive(300ms).has_value());
  BOOST_TEST(settles([&] { return ctl("subscriptions").empty(); }));
}

BOOST_AUTO_TEST_CASE(registration_states_are_notified_once_and_until_their_time) {
  Peer as1(as());
  Peer as2(as("as2.ims.example"));
  Peer scscf(peer("scscf.ims.example"));
  Message once = client::snr(as1, alice_impu, 11);
  once.avps.push_back(client::number_avp(712, 0, tgpp, false));
  BOOST_TEST(as1.ask(once).result() == 2001U);
  Message limited = client::snr(as2, alice_impu, 12);
  const auto until = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + 8s;
  limited.avps.push_back(
      client::number_avp(709, static_cast<std::uint32_t>(until.time_since_epoch().count() + 2208988800), tgpp, false));
  const Message granted = as2.ask(limited);
  BOOST_TEST(granted.result() == 2001U);
  BOOST_TEST(granted.find(709, tgpp)->number() == limited.avps.back().number());
  BOOST_TEST_REQUIRE(scscf.ask(client::mar(scscf, alice, alice_impu, scscf_name)).result() == 2001U);
  const Message pending = next(as1, pnr);
  BOOST_TEST(data(pending).find("<IMSUserState>3</IMSUserState>") != std::string::npos);
  as1.answer(pending);
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  as2.answer(next(as2, pnr));
  std::this_thread::sleep_until(until + 1s);
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 5)).result() == 2001U);
  BOOST_TEST(!as1.receive(300ms).has_value());
  BOOST_TEST(!as2.receive(10ms).has_value());
}

BOOST_AUTO_TEST_CASE(a_psi_is_activated_and_inactive_it_is_not_there) {
  Peer as1(as());
  Peer icscf(peer("icscf.ims.example"));
  const std::string conference = "sip:conference@ims.example";
  const std::string off =
      "<Sh-Data><Sh-IMS-Data><Extension><PSIActivation>0</PSIActivation></Extension></Sh-IMS-Data></Sh-Data>";
  BOOST_TEST(icscf.ask(client::lir(icscf, conference)).result() == experimental + 5003);
  BOOST_TEST(as1.ask(client::pur(as1, conference, off, 18)).result() == 2001U);
  BOOST_TEST(icscf.ask(client::lir(icscf, conference)).result() == experimental + 5001);
  BOOST_TEST(data(as1.ask(client::udr(as1, conference, {18}))).find("<PSIActivation>0</PSIActivation>") !=
             std::string::npos);
  BOOST_TEST(as1.ask(client::pur(as1, alice_impu, off, 18)).result() == experimental + 5101);
  BOOST_TEST(as1.ask(client::pur(as1, alice_impu, off, 19)).result() == experimental + 5108);
  BOOST_TEST(as1.ask(client::pur(as1, alice_impu, off, 11)).result() == experimental + 5103);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
