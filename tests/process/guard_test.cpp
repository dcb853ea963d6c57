#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/preloaded.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <vector>

// Messages that end or block an unprotected freeDiameter, or that it answers by closing the connection: the daemon
// stays, a peer beside it gets its answers, and whoever sent it is told.
namespace vouchsafe::testing {
namespace {

using client::Avp;
using client::experimental;
using client::group_avp;
using client::Message;
using client::number_avp;
using client::Peer;
using client::text_avp;
using client::tgpp;
using namespace std::chrono_literals;

/// One daemon for the whole suite: it must outlive everything that is sent to it.
struct GuardedDaemon {
  HssProcess hss;
  GuardedDaemon() { hss.start(); }
};
GuardedDaemon& guarded_daemon() {
  static GuardedDaemon instance;
  return instance;
}

/// An AVP with the V flag and Vendor-Id 0.
std::string vendor_0(std::uint32_t code, const std::string& data) {
  std::string out = client::encode(text_avp(code, data, 1, false));
  return out.replace(8, 4, std::string(4, '\0'));
}

struct Guarded {
  HssProcess& hss = guarded_daemon().hss;
  Peer beside{hss.peer(fresh())};

  static std::string fresh() {
    static int number = 0;
    return "odd" + std::to_string(++number) + ".ims.example";
  }
  void serves() {
    BOOST_TEST(hss.running());
    BOOST_TEST(beside.ask(client::uar(beside, "bob@ims.example", "sip:bob@ims.example")).result() >=
               experimental + 2001);
  }
  /// The result of a request, with octets behind its AVPs, and that the connection stays.
  std::uint32_t result_of(const std::function<Message(Peer&)>& make, const std::string& more = {}) {
    Peer odd(hss.peer(fresh()));
    Message request = make(odd);
    request.hop_by_hop = 4711;
    std::string octets = client::encode(request) + more;
    for (std::size_t i = 0; i < 3; ++i) octets[1 + i] = static_cast<char>(octets.size() >> (8 * (2 - i)));
    odd.send_octets(octets);
    const auto answer = odd.receive(20s);
    BOOST_TEST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->hop_by_hop == 4711U);
    BOOST_TEST(answer->command == request.command);
    BOOST_TEST(answer->application == request.application);
    BOOST_TEST(odd.ask(client::uar(odd, alice, alice_impu)).result() >= experimental + 2001);
    serves();
    return answer->result();
  }
  /// A connection that has sent nothing.
  [[nodiscard]] int connected() const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(hss.peer().port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    BOOST_TEST_REQUIRE(::connect(out, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    return out;
  }
  /// The other side ends it, without an answer.
  static void is_ended(int socket) {
    pollfd wait{socket, POLLIN, 0};
    char octet = 0;
    BOOST_TEST(::poll(&wait, 1, 8000) == 1);
    BOOST_TEST(::recv(socket, &octet, 1, 0) <= 0);
    ::close(socket);
  }
  static Message uar(Peer& peer) { return client::uar(peer, alice, alice_impu); }
  static Message with(Message message, Avp avp) {
    message.avps.push_back(std::move(avp));
    return message;
  }
  static Message without(Message message, std::uint32_t code) {
    std::erase_if(message.avps, [&](const Avp& avp) { return avp.code == code; });
    return message;
  }
  static Message of_connection(Peer& peer, std::uint32_t command) {
    Message out;
    out.command = command;
    out.flags = client::request_flag;
    out.avps = {text_avp(264, peer.options().host), text_avp(296, peer.options().realm)};
    return out;
  }
};

const Avp& garbled_proxy() {
  static const Avp avp = text_avp(284, std::string("\0\0\1\x18\x40\0\0\x20"
                                                   "abcd",
                                                   12));
  return avp;
}

BOOST_FIXTURE_TEST_SUITE(guard, Guarded)

BOOST_AUTO_TEST_CASE(a_decorated_nai_blocks_nobody) {
  BOOST_TEST(result_of([](Peer& p) { return client::uar(p, "other.example!x@ims.example", alice_impu); }) == 5004U);
  Peer odd(hss.peer(fresh()));
  for (int i = 0; i < 400; ++i)
    odd.send(client::uar(odd, "ims.example!x" + std::to_string(i) + "@ims.example", alice_impu));
  for (int i = 0; i < 400; ++i) BOOST_TEST_REQUIRE(odd.receive(20s).has_value());
  serves();
  BOOST_TEST(hss.logged("VS-0133 peer " + odd.options().host + " sent a decorated NAI as User-Name: "));
}

BOOST_AUTO_TEST_CASE(an_avp_with_v_and_vendor_0_is_3009) {
  for (const std::uint32_t code : {1U, 263U, 264U, 278U, 284U})
    BOOST_TEST(result_of(uar, vendor_0(code, "x")) == 3009U);
  BOOST_TEST(result_of([](Peer& p) { return of_connection(p, 280); }, vendor_0(278, "abcd")) == 3009U);
  BOOST_TEST(result_of([](Peer& p) { return of_connection(p, 282); }, vendor_0(273, "abcd")) == 3009U);
}

BOOST_AUTO_TEST_CASE(a_proxy_info_that_cannot_be_read_ends_nothing_whatever_else_is_wrong) {
  BOOST_TEST(result_of([](Peer& p) { return with(uar(p), garbled_proxy()); }) == 5014U);
  BOOST_TEST(result_of([](Peer& p) { return with(without(uar(p), 283), garbled_proxy()); }) == 5014U);
  BOOST_TEST(result_of([](Peer& p) {
               Message m = with(uar(p), garbled_proxy());
               m.flags |= 0x20U;
               return m;
             }) == 3008U);
  BOOST_TEST(result_of([](Peer& p) {
               Message m = with(uar(p), garbled_proxy());
               m.application = 4;
               return m;
             }) == 3007U);
  BOOST_TEST(
      result_of([](Peer& p) {
        return with(uar(p), group_avp(284, {text_avp(280, "a.b"), text_avp(33, "s"), text_avp(9999, "", 0, false)}));
      }) == 5004U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_into_an_error_gets_one_and_the_connection_stays) {
  BOOST_TEST(result_of([](Peer& p) { return with(uar(p), text_avp(99999, "")); }) == 5001U);
  BOOST_TEST(result_of([](Peer& p) { return with(uar(p), text_avp(623, "", tgpp)); }) == 5014U);
  BOOST_TEST(result_of(uar, std::string("\0\0\0\x63\x40\0\0\0", 8)) == 5014U);
  BOOST_TEST(result_of(uar, std::string("\0\0\0\1\x40\0\x0F\xA0"
                                        "abcd",
                                        12)) == 5014U);
  BOOST_TEST(result_of(uar, "abcd") == 5015U);
  BOOST_TEST(result_of([](Peer& p) { return without(uar(p), 263); }) == 5005U);
}

BOOST_AUTO_TEST_CASE(what_is_not_for_this_node_is_told_so) {
  BOOST_TEST(result_of([](Peer& p) { return without(uar(p), 283); }) == 5005U);
  BOOST_TEST(result_of([](Peer& p) { return with(without(uar(p), 283), text_avp(283, "other.example")); }) == 3003U);
  BOOST_TEST(result_of([](Peer& p) { return with(uar(p), text_avp(293, "nobody.ims.example")); }) == 3002U);
  BOOST_TEST(result_of([](Peer& p) { return with(uar(p), text_avp(282, "hss.ims.example")); }) == 3005U);
  BOOST_TEST(result_of([](Peer& p) {
               Message m = uar(p);
               m.command = 16777214;
               return m;
             }) == 3001U);
}

BOOST_AUTO_TEST_CASE(a_message_too_short_for_its_error_is_dropped_alone) {
  Peer odd(hss.peer(fresh()));
  Message dwr;
  dwr.command = 280;
  dwr.flags = client::request_flag;
  dwr.avps = {text_avp(278, "abc")};
  odd.send(dwr);
  BOOST_TEST(odd.ask(uar(odd)).result() >= experimental + 2001);
  serves();
}

/// Each with a daemon that owes an RTR, and an S-CSCF that answers it badly once, and then well.
BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_read_ends_nothing_and_is_asked_for_again) {
  using Form = std::function<void(Peer&, const Message&)>;
  const auto sends = [](std::vector<Avp> avps, const std::string& more = {}) -> Form {
    return [avps = std::move(avps), more](Peer& peer, const Message& request) {
      Message answer = request;
      answer.flags = client::proxiable_flag;
      answer.avps = {text_avp(263, request.text(263))};
      answer.avps.insert(answer.avps.end(), avps.begin(), avps.end());
      std::string octets = client::encode(answer) + more;
      for (std::size_t i = 0; i < 3; ++i) octets[1 + i] = static_cast<char>(octets.size() >> (8 * (2 - i)));
      peer.send_octets(octets);
    };
  };
  const Avp host = text_avp(264, "scscf.ims.example");
  const Avp realm = text_avp(296, "ims.example");
  const char* const bad_length = "24 peer scscf.ims.example sent an AVP whose length cannot be: ";
  const char* const unreadable = "40 peer scscf.ims.example sent an answer that cannot be read: ";
  struct Row {
    const char* what;
    Form form;
    std::string told;  ///< after VS-01
  };
  const std::vector<Row> forms = {
      {"a bad length before the result", sends({text_avp(278, "abc"), number_avp(268, 2001), host, realm}), bad_length},
      {"an unknown AVP with M before the result",
       sends({text_avp(99999, "x", 4711), number_avp(268, 2001), host, realm}),
       "27 peer scscf.ims.example sent an AVP with the M flag that nobody here knows: "},
      {"a result of three octets", sends({text_avp(268, "abc"), host, realm}), bad_length},
      {"no Origin-Realm", sends({number_avp(268, 2001), host}), unreadable},
      {"two results", sends({number_avp(268, 2001), number_avp(268, 2001), host, realm}), unreadable},
      {"V and Vendor-Id 0", sends({number_avp(268, 2001), host, realm}, vendor_0(263, "x")),
       "25 peer scscf.ims.example sent an AVP with the V flag and Vendor-Id 0: "},
      {"an unknown command",
       [](Peer& peer, const Message& request) {
         Message answer = request;
         answer.command = 9999;
         answer.flags = client::proxiable_flag;
         answer.avps = {number_avp(268, 2001), text_avp(264, "scscf.ims.example"), text_avp(296, "ims.example")};
         peer.send_octets(client::encode(answer));
       },
       unreadable},
      {"application 0 and no P bit",
       [](Peer& peer, const Message& request) {
         Message answer = request;
         answer.application = 0;
         answer.flags = 0;
         answer.avps = {number_avp(268, 2001), text_avp(264, "scscf.ims.example"), text_avp(296, "ims.example")};
         peer.send_octets(client::encode(answer));
       },
       "41 peer scscf.ims.example sent an answer with application 0 and no P bit: "},
  };
  HssProcess daemon;
  daemon.edit("vouchsafe.conf", "#timeout_ms = 5000", "timeout_ms = 1000");
  daemon.edit("vouchsafe.conf", "#first_retry_ms = 1000", "first_retry_ms = 100");
  daemon.start();
  Peer scscf(daemon.peer("scscf.ims.example"));
  for (const auto& [what, form, told] : forms) {
    BOOST_TEST_CONTEXT(what) {
      const std::string before = daemon.log();
      daemon.ctl("grant --impu sip:alice@ims.example --authorizer waf.example.net");
      const auto asked = scscf.ask(client::uar(scscf, alice, alice_impu, client::Delegation{"waf.example.net"}));
      BOOST_TEST_REQUIRE(asked.result() >= experimental + 2001);
      BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
      daemon.ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
      const auto first = scscf.receive(20s);
      BOOST_TEST_REQUIRE(first.has_value());
      BOOST_TEST(first->command == rtr);
      form(scscf, *first);
      const auto second = scscf.receive(20s);
      BOOST_TEST_REQUIRE(second.has_value());
      BOOST_TEST(second->command == rtr);
      const std::string line = "VS-01" + told;
      BOOST_TEST(HssProcess::settles([&] { return daemon.log().find(line, before.size()) != std::string::npos; }),
                 line);
      scscf.answer(*second);
      BOOST_TEST(HssProcess::settles([&] { return daemon.registrations().find("alice") == std::string::npos; }));
    }
  }
  BOOST_TEST(daemon.stop() == 0);
}

/// Eight wait for a thread of the core's that reads them, as the late peer does then; of twelve some wait in the
/// kernel, and the late peer with them.
BOOST_DATA_TEST_CASE(silent_connections_keep_nobody_out_and_end_themselves, boost::unit_test::data::make({8, 12}),
                     count) {
  std::vector<int> silent;
  for (int i = 0; i < count; ++i) silent.push_back(connected());
  auto options = hss.peer(fresh());
  options.timeout = 8s;
  Peer late(options);
  BOOST_TEST(late.ask(uar(late)).result() >= experimental + 2001);
  serves();
  for (const int socket : silent) is_ended(socket);
}

BOOST_AUTO_TEST_CASE(a_capabilities_exchange_that_is_refused_is_told) {
  Message cer;
  cer.command = 257;
  cer.flags = client::request_flag;
  cer.avps = {text_avp(264, "stranger.ims.example"), text_avp(296, "ims.example")};
  std::string octets = client::encode(cer) + vendor_0(278, "abcd");
  for (std::size_t i = 0; i < 3; ++i) octets[1 + i] = static_cast<char>(octets.size() >> (8 * (2 - i)));
  const int socket = connected();
  BOOST_TEST(::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(octets.size()));
  is_ended(socket);
  BOOST_TEST(hss.logged("an AVP with the V flag and Vendor-Id 0: Capabilities-Exchange-Request"));
  serves();
}

BOOST_AUTO_TEST_CASE(a_peer_that_leaves_while_its_errors_are_under_way_ends_nothing) {
  for (int round = 0; round < 60; ++round) {
    Peer odd(hss.peer(fresh()));
    for (int i = 0; i < 20; ++i) odd.send(without(uar(odd), 283));
    odd.drop();
  }
  serves();
}

BOOST_AUTO_TEST_CASE(a_freediameter_that_was_never_tried_needs_the_guard_turned_off) {
  HssProcess daemon;
  const Preloaded other(VOUCHSAFE_BUILD_DIR "/tests/libother_core.so");
  BOOST_TEST(daemon.start_refused().find("the guard does not know this freeDiameter (9.9.9)") != std::string::npos);
  daemon.edit("vouchsafe.conf", "#judge = true", "judge = false");
  daemon.edit("vouchsafe.conf", "#no_delay = true", "no_delay = false");
  daemon.edit("vouchsafe.conf", "#hold_ms = 1000", "hold_ms = 0");
  daemon.edit("vouchsafe.conf", "#window = 256", "window = 0");
  daemon.start();
  Peer peer(daemon.peer());
  BOOST_TEST(peer.ask(uar(peer)).result() >= experimental + 2001);
}

BOOST_AUTO_TEST_CASE(the_judge_can_be_turned_off_rule_by_rule) {
  HssProcess daemon;
  daemon.edit("vouchsafe.conf", "#without = [ \"other-realm\" ]", "without = [ \"other-realm\", \"session-missing\" ]");
  daemon.start();
  Peer odd(daemon.peer("odd.ims.example"));
  Message m = with(without(uar(odd), 283), text_avp(283, "other.example"));
  BOOST_TEST(odd.ask(m).result() == 3002U);  // freeDiameter's own answer
  BOOST_TEST(odd.ask(without(uar(odd), 283)).result() == 5005U);
  odd.disconnect();
  BOOST_TEST(daemon.stop() == 0);
  BOOST_TEST(daemon.log().find("VS-0120 what the guard found until now: realm-missing 1") != std::string::npos);
  daemon.edit("vouchsafe.conf", "\"other-realm\"", "\"other-relm\"");
  BOOST_TEST(daemon.start_refused().find("no rule is called other-relm; one of header-bits, ") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
