#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/write_lock.hpp"

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <set>

// A peer that sends and never reads is held back, and nobody else; and the end of the daemon, which is quick and leaves
// nobody without an answer.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Message;
using client::Peer;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(window)

/// Without a bound freeDiameter takes whatever comes, and keeps it.
BOOST_AUTO_TEST_CASE(who_sends_without_end_and_reads_nothing_is_held_back_and_cut_off_and_others_are_served) {
  constexpr std::size_t far_too_much = 256U << 20U;
  HssProcess hss;
  hss.start();
  Peer beside(hss.peer());
  Peer deaf(hss.peer("deaf.ims.example"));
  std::string octets;  // whose Session-Ids do not come again while they are under way
  for (int i = 0; i < 2000; ++i) octets += client::encode(client::uar(deaf, alice, alice_impu));
  BOOST_TEST_REQUIRE(::fcntl(deaf.descriptor(), F_SETFL, O_NONBLOCK) == 0);
  std::size_t sent = 0;
  bool ended = false;
  const auto end = std::chrono::steady_clock::now() + 2min;
  while (!ended && sent < far_too_much && std::chrono::steady_clock::now() < end) {
    const auto n = ::send(deaf.descriptor(), octets.data() + sent % octets.size(), octets.size() - sent % octets.size(),
                          MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<std::size_t>(n);
    if (n >= 0) continue;
    ended = errno != EAGAIN;
    BOOST_TEST_REQUIRE(beside.ask(client::uar(beside, alice, alice_impu)).result() >= experimental + 2001);
    pollfd wait{deaf.descriptor(), POLLOUT, 0};
    (void)::poll(&wait, 1, 50);
  }
  BOOST_TEST(ended);
  BOOST_TEST(hss.logged("VS-0151 peer deaf.ims.example has read nothing for 10 s"));
  deaf.drop();
  const Peer again(hss.peer("deaf.ims.example"));  // it is let in: freeDiameter answers it after a watchdog or two
  BOOST_TEST(hss.stop() == 0);
  BOOST_TEST(std::filesystem::file_size(hss.folder() / "hss.log") < (1U << 20U));
}

BOOST_AUTO_TEST_CASE(more_in_flight_than_the_window_are_answered_all) {
  HssProcess hss;
  hss.edit("vouchsafe.conf", "#window = 256", "window = 1");
  hss.start();
  Peer peer(hss.peer());
  for (int i = 0; i < 500; ++i) peer.send(client::uar(peer, alice, alice_impu));
  for (int i = 0; i < 500; ++i) BOOST_TEST_REQUIRE(peer.receive(20s).has_value());
}

/// What it read before it was told to end is answered, and then peers are asked to disconnect.
BOOST_AUTO_TEST_CASE(what_was_taken_before_the_end_is_answered) {
  HssProcess hss;
  hss.edit("vouchsafe.conf", "#stop_ms = 1000", "stop_ms = 20000");
  hss.start();
  Peer scscf(hss.peer("scscf.ims.example"));
  WriteLock lock(hss);
  std::set<std::uint32_t> owed;
  for (int i = 0; i < 20; ++i)
    owed.insert(scscf.send(client::mar(scscf, "bob@ims.example", "sip:bob@ims.example", scscf_name)));
  // What is sent after them over the same connection, and only reads, is answered: they are all taken.
  owed.insert(scscf.send(client::lir(scscf, "sip:nobody@ims.example")));
  const auto read = scscf.receive(20s);
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(owed.erase(read->hop_by_hop) == 1U);
  hss.signal(SIGTERM);
  BOOST_TEST(hss.logged("Initiating freeDiameter shutdown sequence"));
  lock.release();
  while (!owed.empty()) {
    const auto answer = scscf.receive(20s);
    BOOST_TEST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->result() == 2001U);
    owed.erase(answer->hop_by_hop);
  }
  BOOST_TEST(!scscf.receive(10s).has_value());  // it answers the DPR
  BOOST_TEST(scscf.closed());
  BOOST_TEST(hss.stop() == 0);
}

/// freeDiameter waits for it for 15 s, and then says that it forces the end.
BOOST_AUTO_TEST_CASE(a_peer_that_does_not_answer_the_dpr_is_not_waited_for) {
  HssProcess hss;
  hss.start();
  Peer silent(hss.peer("silent.ims.example"));
  BOOST_TEST_REQUIRE(silent.ask(client::uar(silent, alice, alice_impu)).result() >= experimental + 2001);
  BOOST_TEST(hss.stop() == 0);
  BOOST_TEST(hss.log().find("Initiating freeDiameter shutdown sequence") != std::string::npos);
  BOOST_TEST(hss.log().find("Forcing connections shutdown") == std::string::npos);
  silent.drop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
