#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/network_namespace.hpp"

#include <arpa/inet.h>
#include <boost/test/unit_test.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

// Connections from one address that never send a CER, in a network namespace: what conf/nftables/vouchsafe.nft is for.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Peer;
using namespace std::chrono_literals;

/// Sockets of one source that say nothing. Connecting waits for nobody.
class SilentSource {
 public:
  SilentSource(const char* address, std::uint16_t port, int count) {
    for (int i = 0; i < count; ++i) {
      const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      sockets_.push_back(socket);
      const sockaddr_in from = at(address, 0);
      const sockaddr_in to = at("127.0.0.1", port);
      BOOST_TEST_REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0);
      (void)::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
  }
  ~SilentSource() { leave(); }
  SilentSource(const SilentSource&) = delete;
  SilentSource& operator=(const SilentSource&) = delete;

  void leave() {
    for (const int socket : sockets_) ::close(socket);
    sockets_.clear();
  }
  /// How many of them the daemon's side has taken, and not ended.
  [[nodiscard]] std::size_t established() const {
    return static_cast<std::size_t>(std::count_if(sockets_.begin(), sockets_.end(), [](int socket) {
      tcp_info info{};
      socklen_t size = sizeof info;
      return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == TCP_ESTABLISHED;
    }));
  }

 private:
  static sockaddr_in at(const char* address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &out.sin_addr);
    return out;
  }
  std::vector<int> sockets_;
};

/// A daemon that leaves silent connections to freeDiameter, which waits for each of them for 20 s.
struct Bare {
  NetworkNamespace network;
  HssProcess hss;

  Bare() {
    hss.edit("vouchsafe.conf", "#silent_ms = 2000", "silent_ms = 0");
    hss.start();
  }
  [[nodiscard]] std::uint16_t port() const { return hss.peer().port; }
  /// The shipped sample, for the daemon's port.
  void load_sample() const {
    std::ifstream in(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/nftables/vouchsafe.nft");
    std::ostringstream text;
    text << in.rdbuf();
    std::string sample = text.str();
    const std::string ports = "{ 3868, 5868 }";
    BOOST_TEST_REQUIRE(sample.find(ports) != std::string::npos);
    sample.replace(sample.find(ports), ports.size(), std::to_string(port()));
    const std::string path = (hss.folder() / "vouchsafe.nft").string();
    std::ofstream(path) << sample;
    for (int i = 0; i < 2; ++i) {  // it replaces itself
      const auto loaded = run("nft -f " + path);
      BOOST_TEST_REQUIRE(loaded.exit == 0, loaded.output);
    }
  }
  static std::uint64_t dropped(const std::string& counter) {
    const auto told = run("nft list counter inet vouchsafe " + counter);
    const std::string word = "packets ";
    const auto at = told.output.find(word);
    BOOST_TEST_REQUIRE(at != std::string::npos, told.output);
    return std::stoull(told.output.substr(at + word.size()));
  }
  /// Connects and asks, however long it takes to get in.
  [[nodiscard]] std::uint32_t asked() const {
    auto options = hss.peer("late.ims.example");
    options.timeout = 60s;
    Peer late(options);
    return late.ask(client::uar(late, alice, alice_impu)).result();
  }
};

/// Skips the suite where nothing of it can be tried, and says why.
boost::test_tools::assertion_result can_be_tried(boost::unit_test::test_unit_id) {
  static const std::string lack = what_nftables_lack();
  if (lack.empty()) return true;
  static std::once_flag told;
  std::call_once(told, [] { std::cerr << "skipped: the suite silent_source: " << lack << "\n"; });
  boost::test_tools::assertion_result out(false);
  out.message() << lack;
  return out;
}

BOOST_AUTO_TEST_SUITE(silent_source, *boost::unit_test::precondition(can_be_tried))

BOOST_FIXTURE_TEST_CASE(silent_connections_of_one_source_keep_new_peers_out_without_the_sample, Bare) {
  SilentSource source("127.0.0.66", port(), 16);
  BOOST_TEST(HssProcess::settles([&] { return source.established() == 16; }));
  // A thread that is started here is in the same network.
  auto late = std::async(std::launch::async, [this] { return asked(); });
  BOOST_TEST((late.wait_for(3s) == std::future_status::timeout));
  source.leave();
  BOOST_TEST(late.get() >= experimental + 2001);
}

BOOST_FIXTURE_TEST_CASE(with_the_nftables_sample_one_source_is_bounded_and_a_new_peer_gets_in, Bare) {
  load_sample();
  SilentSource source("127.0.0.66", port(), 9);  // within the rate, and beyond the number
  BOOST_TEST(HssProcess::settles([&] { return source.established() == 4; }));
  BOOST_TEST(asked() >= experimental + 2001);
  BOOST_TEST(source.established() == 4U);
  BOOST_TEST(dropped("too_many") >= 5U);
  const std::uint64_t before = dropped("too_often");
  // Whoever ends them and comes again is bounded by the rate: ten at once, and thirty a minute.
  source.leave();
  SilentSource again("127.0.0.66", port(), 60);  // more than come back in a minute and a half
  BOOST_TEST(again.established() <= 4U);
  BOOST_TEST(dropped("too_often") > before);
  BOOST_TEST(asked() >= experimental + 2001);
  // It is each source's own bound.
  SilentSource other("127.0.0.67", port(), 1);
  BOOST_TEST(HssProcess::settles([&] { return other.established() == 1; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
