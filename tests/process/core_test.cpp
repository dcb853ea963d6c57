#include "client/cx.hpp"
#include "client/sh.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/socket.h>

#include <fstream>

// What freeDiameter does around the HSS: where it listens, whom it passes requests on to, what it writes.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::Peer;
using client::text_avp;
using client::tgpp;
using namespace std::chrono_literals;

constexpr std::uint32_t unable_to_deliver = 3002;
const std::string listen_line = "ListenOn = \"127.0.0.1\";";

struct Core : HssProcess {
  [[nodiscard]] std::string path(const std::string& name) const { return (folder() / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }

  /// The names of the AVPs that hold keys, and of those that hold them together.
  void holds_no_authentication_data() const {
    const std::string text = log();
    for (const char* name : {"SIP-Auth-Data-Item", "SIP-Authenticate", "SIP-Authorization", "Confidentiality-Key",
                             "Integrity-Key", "SIP-Digest-Authenticate", "Digest-HA1"})
      BOOST_TEST_CONTEXT(name) BOOST_TEST(text.find(name) == std::string::npos);
  }
};

BOOST_FIXTURE_TEST_SUITE(core, Core)

BOOST_AUTO_TEST_CASE(the_daemon_listens_on_the_configured_address_only) {
  start();
  BOOST_TEST(listening().size() == 2U);  // Port and SecPort
  for (const auto& address : listening()) BOOST_TEST_CONTEXT(address) BOOST_TEST(address.starts_with("127.0.0.1:"));
}

BOOST_AUTO_TEST_CASE(an_address_in_an_included_file_is_listened_on_and_a_commented_one_is_not) {
  write("listen-1.conf", "# ListenOn = \"0.0.0.0\";\nlistenon # the rest is below\n  =\n\"127.0.0.1\" ;\n");
  edit("freeDiameter.conf", listen_line, "include \"" + path("listen-*.conf") + "\"\n");
  start();
  BOOST_TEST(listening().size() == 2U);
  for (const auto& address : listening()) BOOST_TEST_CONTEXT(address) BOOST_TEST(address.starts_with("127.0.0.1:"));
}

BOOST_AUTO_TEST_CASE(an_address_that_cannot_be_listened_on_is_refused_with_file_and_line) {
  edit("freeDiameter.conf", listen_line, listen_line + "\nListenOn = \"::1\";");
  const std::string text = start_refused();
  BOOST_TEST(text.find("freeDiameter.conf:6: ListenOn: ::1 cannot be listened on with No_IPv6") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_would_relay_does_not_start) {
  edit("freeDiameter.conf", "\nNoRelay;", "\n#NoRelay;");
  const std::string text = start_refused();
  BOOST_TEST(text.find("add the line NoRelay;") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_request_for_another_peer_is_not_passed_on) {
  start();
  Peer scscf(peer("scscf.ims.example"));
  Peer as(client::as_options(peer(), "as.ims.example"));
  Peer stranger(peer("other.ims.example"));
  const auto passes_nothing = [&](std::uint32_t command, std::uint32_t application, Peer& to, const char* origin) {
    Message request = stranger.request(command, application);
    for (auto& avp : request.avps) {
      if (avp.code == 264) avp.data = origin;
    }
    request.avps.push_back(text_avp(293, to.options().host));
    request.avps.push_back(text_avp(1, alice));
    request.avps.push_back(text_avp(601, alice_impu, tgpp));
    BOOST_TEST(stranger.ask(request).result() == unable_to_deliver);
    // Whatever was passed on has come before the answer to what is asked now.
    const bool cx = application != client::sh_application;
    const auto id = to.send(cx ? client::lir(to, alice_impu) : client::udr(to, alice_impu, {11}));
    const auto next = to.receive(20s);
    BOOST_TEST_REQUIRE(next.has_value());
    BOOST_TEST(!next->is_request());
    BOOST_TEST(next->hop_by_hop == id);
  };
  for (const char* origin : {"other.ims.example", "hss.ims.example"}) {  // its own name, and the HSS's
    for (const auto command : {rtr, ppr, mar})
      BOOST_TEST_CONTEXT(command << " of " << origin) passes_nothing(command, 16777216, scscf, origin);
    passes_nothing(pnr, client::sh_application, as, origin);
  }
}

BOOST_AUTO_TEST_CASE(answers_with_keys_whose_peer_has_gone_leave_a_line_without_them) {
  start();
  bool told = false;
  for (int round = 0; round < 20 && !told; ++round) {
    Peer scscf(peer("scscf" + std::to_string(round) + ".ims.example"));
    for (int i = 0; i < 100; ++i) scscf.send(client::mar(scscf, alice, alice_impu, scscf_name));
    BOOST_TEST(scscf.receive(20s).has_value());
    const linger reset{1, 0};
    ::setsockopt(scscf.descriptor(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    scscf.drop();
    told = logged("VS-0107 Multimedia-Auth-Answer, peer scscf" + std::to_string(round));
  }
  BOOST_TEST(told, log());
  holds_no_authentication_data();
}

BOOST_AUTO_TEST_CASE(a_push_with_new_digest_data_that_finds_no_way_leaves_a_line_without_it) {
  start();
  const std::string ha1 = "feedfacecafebeef0123456789abcdef";
  Peer scscf(peer("scscf.ims.example"));
  BOOST_TEST_REQUIRE(scscf.ask(client::mar(scscf, carol, carol_impu, scscf_name, "SIP Digest")).result() == 2001U);
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, carol, {carol_impu}, scscf_name, 1)).result() == 2001U);
  const std::string line =
      R"({"impis":[{"impi":"carol@ims.example","auth":{"scheme":"SIP Digest","realm":"ims.example","ha1":")" + ha1 +
      R"("}}],"impus":[{"impu":"sip:carol@ims.example","irs":1}],"visited_networks":["*"]})";
  BOOST_TEST_REQUIRE(vouchctl("update -", line).exit == 0);
  const auto push = scscf.receive(20s);
  BOOST_TEST_REQUIRE(push.has_value());
  BOOST_TEST(push->command == ppr);
  scscf.drop();
  BOOST_TEST(logged("VS-0502 nothing can be sent to scscf.ims.example now"), log());
  BOOST_TEST(log().find(ha1) == std::string::npos);
  holds_no_authentication_data();
}

BOOST_AUTO_TEST_CASE(what_a_peer_says_of_itself_cannot_write_lines_or_steer_a_terminal) {
  start();
  auto options = peer("odd.ims.example");
  options.product = "x\x1b[2J\n12:00:00  NOTI   VS-0104 forged\r\x9b";
  Peer odd(options);
  BOOST_TEST(logged("VS-0108 peer odd.ims.example is connected by TCP"), log());
  BOOST_TEST(logged("its product: x\\x1b[2J\\x0a12:00:00  NOTI   VS-0104 forged\\x0d\\x9b"), log());
  options = peer("odd\x1b]0;title\x07\n.ims.example");
  BOOST_CHECK_THROW(Peer{options}, std::runtime_error);
  BOOST_TEST(logged("VS-0109"), log());
  const std::string text = log();
  for (const char c : {'\x1b', '\r', '\x07', '\x9b'}) BOOST_TEST(text.find(c) == std::string::npos);
  BOOST_TEST(text.find("\n12:00:00") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(vouchctl_writes_no_control_characters_of_names) {
  BOOST_TEST_REQUIRE(
      vouchctl("as allow as.example --may read --service-indication \"$(printf 'as\\033[2J\\nx.example')\"").exit == 0);
  const auto lines = vouchctl("as list");
  BOOST_TEST(lines.output.find("as\\x1b[2J\\x0ax.example") != std::string::npos, lines.output);
  const auto objects = vouchctl("--json as list");
  BOOST_TEST(objects.output.find("as\\u001b[2J\\nx.example") != std::string::npos, objects.output);
  const auto wrong = vouchctl("grant --impu \"$(printf 'sip:a\\033[2Jb@ims.example')\" --authorizer waf.example.net");
  BOOST_TEST(wrong.exit != 0);
  const auto not_utf8 = vouchctl("as allow as.example --may read --service-indication \"$(printf 'as\\377.example')\"");
  BOOST_TEST(not_utf8.exit == 0);
  BOOST_TEST(vouchctl("--json as list").exit == 0);
  BOOST_TEST(vouchctl("as list").output.find("as\\xff.example") != std::string::npos);
  for (const auto& output : {lines.output, objects.output, wrong.output})
    BOOST_TEST(output.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
