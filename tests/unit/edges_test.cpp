#include "config/config.hpp"
#include "ctl/import_line.hpp"
#include "delegation/vouching_memory.hpp"
#include "domain/text.hpp"
#include "profile/filter_criteria.hpp"
#include "profile/ims_subscription.hpp"
#include "profile/xml.hpp"
#include "support/fakes.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

// What comes from outside, and what goes out: configuration, import lines, XML, log lines.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

struct Mistake {
  const char* text;
  const char* told;
};
std::ostream& operator<<(std::ostream& out, const Mistake& m) { return out << m.text; }

const std::vector<Mistake> mistakes = {
    {"vendor = 7;",
     ":1: vendor: unknown key; known here: vendor_id, clients, agents, database, delegation, authentication, outbox, "
     "sh, hardening"},
    {"\nvendor_id = \"x\";", ":2: vendor_id: not a number; a whole number from 1 to 4294967295"},
    {"vendor_id = 0;", ":1: vendor_id: 0 is out of range; a whole number from 1"},
    {"vendor_id = 10415;", "3GPP's own"},
    {"database = { path = 7; };", ":1: database.path: not a text; write it between double quotes"},
    {"database = { path = \"\"; };", "empty"},
    {"database = 7;", "not a group; write { key = value; }"},
    {"database = { deadline_ms = 1; };", "1 is out of range; a whole number from 10 to 60000"},
    {"clients = (\n { hast = \"x\"; } );",
     ":2: clients.[0].hast: unknown key; known here: host, roles, vouching_only, marks"},
    {"clients = ( { roles = [ \"as\" ]; } );", "no host; a Diameter identity"},
    {"clients = ( { host = \"epcscf*\"; roles = [ \"as\" ]; } );", "not a host; a Diameter identity"},
    {"clients = ( { host = \"x\"; } );", "no roles; roles = [ … ] with some of i-cscf, s-cscf, ep-cscf, as"},
    {"clients = ( { host = \"x\"; roles = [ \"hss\" ]; } );", "no role is called hss"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; marks = true; } );", "only a client with the role s-cscf marks"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; vouching_only = 1; } );", "not a boolean; true or false"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; vouching_only = true; } );", "registers nobody"},
    {"agents = ( { peer = \"x\"; } );", "speaks for nobody"},
    {"agents = ( { peer = \"x\"; speaks_for = [ \"sip:a\" ]; } );", "not a host"},
    {"delegation = { relays = ( ); };", ":1: delegation.relays: relays are clients with the role ep-cscf now"},
    {"delegation = { monitor = { everywhere = [ \"NOTGRANTED\" ]; }; };",
     "no reason is called NOTGRANTED; \"all\" or one of DELEGATION_REQUIRED"},
    {"delegation = { monitor = { everywhere = [ \"AUTHORIZED\" ]; }; };", "no reason is called AUTHORIZED"},
    {"delegation = { monitor = { clients = ( { host = \"x\"; } ); }; };", "no reasons; reasons = [ … ]"},
    {"delegation = { monitor = { authorizers = ( ); }; };", "unknown key; known here: everywhere, clients, roles"},
    {"authentication = { max_vectors = 0; };", "0 is out of range; a whole number from 1 to 32"},
    {"core_dumps = ;", ":1: syntax error; settings are written key = value;"},
};
BOOST_DATA_TEST_CASE(a_mistake_in_the_configuration_is_told_with_its_place_and_what_would_be_right,
                     bdata::make(mistakes), m) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "vouchsafe.conf").string();
  std::ofstream(path) << m.text << "\n";
  const auto config = config::load(path);
  BOOST_TEST_REQUIRE(!config.has_value());
  BOOST_TEST_CONTEXT(config.error().detail) {
    BOOST_TEST(config.error().detail.starts_with(path + ":"));
    BOOST_TEST(config.error().detail.find(m.told) != std::string::npos);
  }
}

struct Import {
  TemporaryFolder folder;
  std::unique_ptr<crypto::KeyRing> keys;
  Import() {
    const std::string path = (folder.path() / "keys").string();
    BOOST_REQUIRE(crypto::KeyRing::create(path).has_value());
    keys = std::move(*crypto::KeyRing::load(path));
  }
  [[nodiscard]] std::string fault(const std::string& line) const {
    const auto parsed = ctl::parse_import_line(line, *keys);
    return parsed ? "" : parsed.error().detail;
  }
};

const std::string k32 = "465b5ce8b199b49faa5f0a2ee238a6bc";
std::string with_auth(const std::string& auth) {
  return R"({"impis":[{"impi":"a@b.c","auth":)" + auth + R"(}],"impus":[{"impu":"sip:a@b.c"}]})";
}

BOOST_FIXTURE_TEST_CASE(an_import_line_is_read_whole, Import) {
  const auto parsed = ctl::parse_import_line(
      R"({"impis":[{"impi":"Alice@IMS.example","auth":{"scheme":"Digest-AKAv1-MD5","k":")" + k32 +
          R"(","op":"cdc202d5123e20f62b6d676ac72cb318","amf":"8000","sqn":"00000000ff21"},"way":"trusted-node"}],)"
          R"("impus":[{"impu":"sip:alice@ims.example","irs":1,"barred":false},{"impu":"tel:+1-555-0100","irs":2},{"impu":"sip:x-!.*!@ims.example","irs":1,"wildcard":"psi","ifc":"set1"}],"visited_networks":["ims.example"],)"
          R"("capabilities":{"mandatory":[1],"optional":[2,3]},"charging":{"primary_event":"aaa://ccf.example"},"ifc":"<InitialFilterCriteria><Priority>0</Priority><ApplicationServer><ServerName>sip:as</ServerName></ApplicationServer></InitialFilterCriteria>",)"
          R"("authorizers":[{"waf":"WAF.example.","impu":"sip:alice@ims.example","not_before":null,"not_after":"2030-01-01T00:00:00Z","wwsf":["shop.example"]},{"waf":"waf.example","impi":"Alice@ims.example"}]})",
      *keys);
  BOOST_TEST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->profile.impis[0].impi.text() == "Alice@ims.example");
  BOOST_TEST(parsed->profile.impis[0].sealed.find(k32) == std::string::npos);
  BOOST_TEST((parsed->profile.impis[0].way == WayToRegister::trusted_node));
  BOOST_TEST(parsed->state.sqn(impi("Alice@ims.example")) == 0xff21U);
  BOOST_TEST(parsed->profile.impus[1].impu.text() == "tel:+15550100");
  BOOST_TEST(parsed->profile.capabilities.optional.size() == 2U);
  BOOST_TEST(parsed->grants.size() == 2U);
  BOOST_TEST(parsed->grants[0].authorizer.text() == "waf.example");
  BOOST_TEST(to_rfc3339(*parsed->grants[0].not_after) == "2030-01-01T00:00:00Z");
}

BOOST_FIXTURE_TEST_CASE(a_bad_import_line_says_which_member_and_what_would_be_right, Import) {
  BOOST_TEST(fault("{").find("not JSON") == 0U);
  BOOST_TEST(fault(R"({"impi":[]})") == "impi: unknown member");
  BOOST_TEST(fault(with_auth("7")) == "impis[0].auth: must be an object");
  BOOST_TEST(fault(with_auth(R"({"scheme":"Digest-AKAv1-MD5","k":"12"})")) ==
             "impis[0].auth.k: must be 32 hexadecimal digits");
  BOOST_TEST(fault(with_auth(R"({"scheme":"Digest-AKAv1-MD5","k":")" + k32 + R"("})")) ==
             "impis[0].auth: needs k, and opc or op");
  BOOST_TEST(fault(with_auth(R"({"scheme":"SIP Digest","k":")" + k32 + R"("})")).find("AKA's") != std::string::npos);
  BOOST_TEST(fault(with_auth(R"({"scheme":"MD5"})")).find("must be \"Digest-AKAv1-MD5\"") != std::string::npos);
  // Without credentials it is only vouched for.
  BOOST_TEST(fault(R"({"impis":[{"impi":"a@b.c"}],"impus":[{"impu":"sip:a@b.c"}]})").empty());
  BOOST_TEST(fault(R"({"impis":[{"impi":"a@b.c","way":"direct"}],"impus":[{"impu":"sip:a@b.c"}]})")
                 .starts_with("impis[0].auth: is missing"));
  BOOST_TEST(fault(R"({"impis":[{"impi":"a@b.c","way":"both"}],"impus":[{"impu":"sip:a@b.c"}]})")
                 .starts_with("impis[0].way: must be"));
  const std::string good = with_auth(R"({"scheme":"GIBA"})");
  BOOST_TEST(fault(good).empty());
  const auto with = [&](const std::string& more) { return fault(good.substr(0, good.size() - 1) + "," + more + "}"); };
  BOOST_TEST(
      with(R"("authorizers":[{"waf":"w","impu":"sip:other@b.c"}])").find("is not an identity of this subscription") !=
      std::string::npos);
  BOOST_TEST(with(R"("authorizers":[{"impu":"sip:a@b.c"}])") == "authorizers[0].waf: is missing");
  BOOST_TEST(
      with(
          R"("authorizers":[{"waf":"w","impu":"sip:a@b.c","not_before":"2031-01-01T00:00:00Z","not_after":"2030-01-01T00:00:00Z"}])")
          .find("ends before it begins") != std::string::npos);
  BOOST_TEST(with(R"("ifc":"<x/>")").find("expected InitialFilterCriteria") != std::string::npos);
  BOOST_TEST(with(R"("charging":{"primary_event":"http://x"})").find("DiameterURI") != std::string::npos);
  BOOST_TEST(with(R"("visited_networks":"x")") == "visited_networks: must be a list");
}

const char* criteria_text =
    "<InitialFilterCriteria><Priority>0</Priority><TriggerPoint><ConditionTypeCNF>0</"
    "ConditionTypeCNF><SPT><ConditionNegated>0</ConditionNegated><Group>0</Group><SessionCase>%</SessionCase></SPT></"
    "TriggerPoint><ApplicationServer><ServerName>sip:as.ims.example</ServerName><DefaultHandling>0</DefaultHandling></"
    "ApplicationServer></InitialFilterCriteria>";
std::string criteria(const std::string& session_case) {
  std::string text = criteria_text;
  return text.replace(text.find('%'), 1, session_case);
}

BOOST_AUTO_TEST_CASE(criteria_serve_the_unregistered_by_their_session_case) {
  BOOST_TEST(profile::serves_unregistered(criteria("2")));
  BOOST_TEST(profile::serves_unregistered(criteria("3")));
  BOOST_TEST(!profile::serves_unregistered(criteria("0")));
  BOOST_TEST(!profile::serves_unregistered(criteria("1")));
  BOOST_TEST(profile::serves_unregistered(criteria("1") + criteria("2")));
  BOOST_TEST(!profile::serves_unregistered(""));
}

BOOST_AUTO_TEST_CASE(hostile_xml_is_refused) {
  std::string bomb = "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string("<!ENTITY ") + c + " \"";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(c - 1) + ";";
    bomb += "\">";
  }
  BOOST_TEST(!profile::parse(bomb + "]><l>&j;</l>").has_value());
  BOOST_TEST(!profile::parse("<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><l/>").has_value());
  BOOST_TEST(!profile::parse("<a><b></a>").has_value());
  BOOST_TEST(!profile::parse(std::string(300 * 1024, ' ') + "<a/>").has_value());
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "<a>";
  BOOST_TEST(!profile::parse(deep).has_value());
  BOOST_TEST(profile::parse("<a>&lt;</a>").has_value());
}

/// A view of a subscription that uses everything a profile can hold.
ports::View rich_view() {
  ports::View view;
  Subscription s;
  s.profile = alice();
  s.profile.impus.insert(s.profile.impus.begin(), {impu("sip:barred@ims.example"), 1, true});
  s.profile.impus.push_back({impu("sip:o'brien&<co>@ims.example"), 1});
  s.profile.impus.push_back(
      {impu("sip:chat-!.*!@ims.example"), 1, false, PublicIdentity::Kind::wildcarded_psi, "shared"});
  s.profile.impus.push_back({impu("sip:guest-!.*!@ims.example"), 1, false, PublicIdentity::Kind::wildcarded_impu});
  s.profile.impus.push_back({impu("sip:elsewhere@ims.example"), 2});
  s.profile.ifc = criteria("1");
  view.subscription = s;
  view.shared_ifc.push_back({"shared", 42, criteria("2")});
  return view;
}

BOOST_AUTO_TEST_CASE(user_data_holds_the_set_with_an_unbarred_default_first) {
  const std::string xml =
      profile::ImsSubscriptionWriter().user_data(rich_view(), impi("alice@ims.example"), 1, false).value();
  BOOST_TEST(profile::parse(xml).has_value());
  BOOST_TEST(xml.find("<PublicIdentity><Identity>sip:alice@ims.example") < xml.find("sip:barred@ims.example"));
  BOOST_TEST(xml.find("<PublicIdentity><BarringIndication>1</BarringIndication><Identity>sip:barred@ims.example") !=
             std::string::npos);
  BOOST_TEST(xml.find("o'brien&amp;&lt;co&gt;") != std::string::npos);
  BOOST_TEST(xml.find("elsewhere") == std::string::npos);
  BOOST_TEST(xml.find("SharedIFCSetID") == std::string::npos);
  BOOST_TEST(xml.find("<SessionCase>2</SessionCase>") != std::string::npos);
  const std::string shared =
      profile::ImsSubscriptionWriter().user_data(rich_view(), impi("alice@ims.example"), 1, true).value();
  BOOST_TEST(shared.find("<SharedIFCSetID>42</SharedIFCSetID>") != std::string::npos);
  BOOST_TEST(shared.find("<SessionCase>2</SessionCase>") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_shared_set_that_is_gone_is_unavailable) {
  auto view = rich_view();
  view.shared_ifc.clear();
  BOOST_TEST((profile::ImsSubscriptionWriter().user_data(view, impi("alice@ims.example"), 1, false).error().kind ==
              Error::Kind::unavailable));
}

BOOST_AUTO_TEST_CASE(the_vouching_memory_is_bounded_in_time_and_number) {
  FakeClock clock;
  delegation::VouchingMemory memory(clock, std::chrono::seconds{32}, 640);
  const ports::RememberedVouching vouching{{name("waf.example"), std::nullopt, false}, "r"};
  std::size_t kept = 0;
  for (int i = 0; i < 2000; ++i)
    kept += remember(memory, impi("u" + std::to_string(i) + "@x"), impu("sip:u@x"), vouching) ? 1 : 0;
  BOOST_TEST(kept <= 704U);
  BOOST_TEST(kept >= 300U);
  BOOST_TEST(memory.size() == kept);
  clock.pass(std::chrono::seconds{33});
  BOOST_TEST(!memory.find(impi("u0@x"), impu("sip:u@x")).has_value());
  for (int i = 0; i < 640; ++i) (void)remember(memory, impi("v" + std::to_string(i) + "@x"), impu("sip:u@x"), vouching);
  BOOST_TEST(memory.size() <= 704U);
  const auto before = memory.size();
  for (int i = 0; i < 100; ++i) (void)remember(memory, impi("v0@x"), impu("sip:u@x"), vouching);
  BOOST_TEST(memory.size() <= before + 1);  // asking again and again for one pair does not fill it
}

}  // namespace
}  // namespace vouchsafe::testing
