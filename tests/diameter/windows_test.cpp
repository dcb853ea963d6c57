#include "hardening/windows.hpp"

#include <boost/test/unit_test.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

namespace vouchsafe::hardening::testing {
namespace {

using namespace std::chrono_literals;

/// Both ends of a TCP connection, with little room in them.
struct TcpPair {
  int ours = -1;
  int theirs = -1;
  TcpPair() {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    BOOST_TEST_REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&at), size) == 0);
    BOOST_TEST_REQUIRE(::listen(listening, 1) == 0);
    BOOST_TEST_REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    theirs = ::socket(AF_INET, SOCK_STREAM, 0);
    const int little = 4096;
    BOOST_TEST_REQUIRE(::setsockopt(theirs, SOL_SOCKET, SO_RCVBUF, &little, sizeof little) == 0);
    BOOST_TEST_REQUIRE(::connect(theirs, reinterpret_cast<sockaddr*>(&at), size) == 0);
    ours = ::accept(listening, nullptr, nullptr);
    ::close(listening);
  }
  ~TcpPair() {
    ::close(ours);
    ::close(theirs);
  }
  TcpPair(const TcpPair&) = delete;
  TcpPair& operator=(const TcpPair&) = delete;
  void answer_much() const {
    const std::vector<char> octets(2 * Windows::most_unread);
    BOOST_TEST_REQUIRE(::send(ours, octets.data(), octets.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(octets.size()));
  }
  void read_all() const {
    std::array<char, 4096> octets{};
    for (int left = 2 * Windows::most_unread; left > 0;) {
      const auto n = ::recv(theirs, octets.data(), octets.size(), 0);
      BOOST_TEST_REQUIRE(n > 0);
      left -= static_cast<int>(n);
    }
  }
};

/// A CER, as far as a window looks at it.
std::vector<std::uint8_t> introduction() {
  std::vector<std::uint8_t> out = {1, 0, 0, 40, request_bit, 0, 1, 1};
  out.resize(header_size);
  for (const char c : std::string_view("\0\0\1\10\100\0\0\24Peer.example", 20))
    out.push_back(static_cast<std::uint8_t>(c));
  return out;
}

/// Each on a thread of its own, as what a window knows of a connection is its receiving thread's.
void on_a_thread(void (*what)()) { std::thread(what).join(); }

/// \return what was said of the connection's end within so many messages
std::string admit_some(Windows& windows, const TcpPair& pair, int messages) {
  const auto message = introduction();
  for (int i = 0; i < messages; ++i)
    if (auto ended = windows.admit(message, pair.ours); !ended.empty()) return ended;
  return {};
}

BOOST_AUTO_TEST_SUITE(windows)

BOOST_AUTO_TEST_CASE(who_reads_nothing_for_too_long_is_ended_under_the_name_that_it_gave) {
  on_a_thread([] {
    Windows windows(16, 300ms);
    const TcpPair pair;
    BOOST_TEST(admit_some(windows, pair, 8).empty());
    pair.answer_much();
    BOOST_TEST(admit_some(windows, pair, 400) == "peer.example");
    char octet = 0;
    BOOST_TEST(::send(pair.ours, &octet, 1, MSG_NOSIGNAL) == -1);
  });
}

BOOST_AUTO_TEST_CASE(who_has_read_what_was_too_much_long_ago_is_not_ended_for_it) {
  on_a_thread([] {
    Windows windows(16, 300ms);
    const TcpPair pair;
    pair.answer_much();
    BOOST_TEST(admit_some(windows, pair, 4).empty());
    pair.read_all();
    std::this_thread::sleep_for(400ms);
    BOOST_TEST(admit_some(windows, pair, 4).empty());
    pair.answer_much();
    BOOST_TEST(admit_some(windows, pair, 4).empty());
  });
}

/// The same connection is read by one thread until it is introduced, and by another from then on.
BOOST_AUTO_TEST_CASE(a_connection_keeps_its_name_when_another_thread_reads_it) {
  static Windows windows(16, 300ms);
  static const TcpPair pair;
  on_a_thread([] { BOOST_TEST(windows.admit(introduction(), pair.ours).empty()); });
  on_a_thread([] {
    pair.answer_much();
    std::vector<std::uint8_t> request(header_size);
    std::string ended;
    for (int i = 0; i < 400 && ended.empty(); ++i) ended = windows.admit(request, pair.ours);
    BOOST_TEST(ended == "peer.example");
  });
}

BOOST_AUTO_TEST_CASE(what_is_under_way_is_waited_for_at_the_end_and_no_longer_than_said) {
  on_a_thread([] {
    Windows windows(16, 300ms);
    static char name[] = "peer.example";
    peer_hdr peer{};
    peer.info.pi_diamid = name;
    peer.info.pi_diamidlen = sizeof name - 1;
    Window* const first = windows.begun(peer);
    BOOST_TEST(!windows.drain(20ms));
    std::thread later([&] {
      std::this_thread::sleep_for(20ms);
      Windows::ended(*first);
    });
    BOOST_TEST(windows.drain(60s));
    later.join();
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::hardening::testing
