#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/preloaded.hpp"
#include "support/write_lock.hpp"

#include <boost/test/unit_test.hpp>

// Peers that ask to disconnect while what they asked is under way: freeDiameter neither writes to a connection that is
// gone, nor waits for itself.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Message;
using client::Peer;
using namespace std::chrono_literals;

constexpr std::uint32_t disconnect_peer = 282;

Message dpr(const Peer& peer) {
  Message out;
  out.command = disconnect_peer;
  out.flags = client::request_flag;
  out.avps = {client::text_avp(264, peer.options().host), client::text_avp(296, peer.options().realm),
              client::number_avp(273, 0)};
  return out;
}
void serves(const HssProcess& hss) {
  BOOST_TEST_REQUIRE(hss.running());
  Peer beside(hss.peer("beside.ims.example"));
  BOOST_TEST(beside.ask(client::uar(beside, bob, bob_impu)).result() >= experimental + 2001);
}

BOOST_AUTO_TEST_SUITE(leaving)

/// After a DPR freeDiameter reads on, and writes the answers by its one routing thread, which must not wait for the
/// thread that reads.
BOOST_AUTO_TEST_CASE(who_sends_on_after_its_dpr_blocks_nobody) {
  HssProcess hss;
  hss.start();
  for (int round = 0; round < 12; ++round) {
    Peer odd(hss.peer("odd" + std::to_string(round) + ".ims.example"));
    std::string octets;
    for (int i = 0; i < 60; ++i) octets += client::encode(client::uar(odd, alice, alice_impu));
    octets += client::encode(dpr(odd));
    for (int i = 0; i < 60; ++i) octets += client::encode(client::uar(odd, alice, alice_impu));
    odd.send_octets(octets);
    for (int answers = 0; answers < 60 && odd.receive(5s).has_value(); ++answers) continue;
    odd.drop();
  }
  serves(hss);
  BOOST_TEST(hss.logged("VS-0155 peer odd0.ims.example sends requests after its DPR"));
  BOOST_TEST(hss.stop() == 0);
}

/// What it asked is answered first.
BOOST_AUTO_TEST_CASE(a_dpr_behind_requests_is_answered_after_them) {
  HssProcess hss;
  hss.edit("vouchsafe.conf", "#hold_ms = 1000", "hold_ms = 10000");
  hss.start();
  Peer scscf(hss.peer("scscf.ims.example"));
  std::string octets;
  for (int i = 0; i < 20; ++i) octets += client::encode(client::mar(scscf, bob, bob_impu, scscf_name));
  scscf.send_octets(octets + client::encode(dpr(scscf)));
  for (int i = 0; i < 20; ++i) {
    const auto answer = scscf.receive(20s);
    BOOST_TEST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->command == mar);
  }
  const auto last = scscf.receive(20s);
  BOOST_TEST_REQUIRE(last.has_value());
  BOOST_TEST(last->command == disconnect_peer);
  BOOST_TEST(hss.log().find("STATE_CLOSING_GRACE") == std::string::npos);
}

/// The wait for answers is over, they come within freeDiameter's own time for them, and it frees the connection while
/// its routing thread is at the second or third.
BOOST_AUTO_TEST_CASE(a_connection_is_not_freed_while_it_is_written_to) {
  HssProcess hss;
  const Preloaded slow(VOUCHSAFE_BUILD_DIR "/tests/libslow_core.so");
  hss.start();
  for (const std::string host : {"scscf1.ims.example", "scscf2.ims.example"}) {
    Peer scscf(hss.peer(host));
    WriteLock lock(hss);
    for (int i = 0; i < 20; ++i) scscf.send(client::mar(scscf, bob, bob_impu, scscf_name));
    scscf.send(dpr(scscf));
    const auto first = scscf.receive(20s);
    BOOST_TEST_REQUIRE(first.has_value());
    BOOST_TEST(first->command == disconnect_peer);
    lock.release();
    while (scscf.receive(20s).has_value()) continue;
    BOOST_TEST(scscf.closed());
    serves(hss);
  }
  BOOST_TEST(hss.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
