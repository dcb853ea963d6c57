#include "diameter/wire_guard.hpp"

#include "client/cx.hpp"
#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::testing {
namespace {

std::optional<diameter::HostileAvp> inspect(const std::string& octets) {
  const std::vector<std::uint8_t> exact(octets.begin(), octets.end());  // so that a read past the end is seen
  return diameter::find_hostile(exact.data(), exact.size());
}

BOOST_AUTO_TEST_CASE(the_wire_guard_finds_a_nul_wherever_it_ends_the_daemon_and_nowhere_else) {
  client::Message m;
  m.avps = {client::text_avp(263, "s;1"), client::text_avp(264, "peer.example"),
            client::text_avp(25, std::string("a\0b", 3))};
  BOOST_TEST(!inspect(client::encode(m)).has_value());
  for (const std::uint32_t code : {263U, 264U, 296U, 283U, 293U, 282U}) {
    m.avps.back() = client::text_avp(code, std::string("a\0b", 3));
    BOOST_TEST(inspect(client::encode(m)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_wire_guard_never_reads_past_a_message) {
  client::Message m;
  m.avps = {client::text_avp(263, "session"), client::text_avp(264, std::string("peer\0", 5)),
            client::text_avp(283, "realm", client::tgpp)};
  const std::string whole = client::encode(m);
  for (std::size_t length = 0; length <= whole.size(); ++length) (void)inspect(whole.substr(0, length));
  for (std::size_t i = 20; i < whole.size(); ++i) {
    for (const int value : {0, 1, 7, 8, 0x7F, 0xFF}) {
      std::string spoiled = whole;
      spoiled[i] = static_cast<char>(value);
      (void)inspect(spoiled);
    }
  }
  BOOST_TEST(inspect(whole).has_value());
}

BOOST_AUTO_TEST_CASE(a_hostile_message_becomes_one_that_the_core_drops_and_any_other_stays_as_it_is) {
  client::Message m;
  m.avps = {client::text_avp(264, "peer.example"), client::text_avp(283, std::string("a\0b", 3))};
  RecordingEvents events;
  const diameter::WireGuard guard(events);
  std::string octets = client::encode(m);
  fd_cnx_rcvdata data{octets.size(), reinterpret_cast<std::uint8_t*>(octets.data())};
  const std::string rest = octets.substr(1);
  guard.inspect(data);
  BOOST_TEST(octets[0] == '\0');  // the version
  BOOST_TEST(octets.substr(1) == rest);
  BOOST_TEST_REQUIRE(events.told.size() == 1U);
  const auto& dropped = std::get<ports::MessageDropped>(events.told[0].event);
  BOOST_TEST(dropped.avp == "Destination-Realm");
  BOOST_TEST(dropped.origin_host == "peer.example");

  m.avps.back() = client::text_avp(283, "ims.example");
  octets = client::encode(m);
  data = {octets.size(), reinterpret_cast<std::uint8_t*>(octets.data())};
  guard.inspect(data);
  BOOST_TEST(octets == client::encode(m));
  BOOST_TEST(events.told.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_wire_guard_looks_at_the_base_protocols_avps_alone) {
  client::Message m;
  m.avps = {client::text_avp(264, std::string("a\0b", 3), client::tgpp)};
  BOOST_TEST(!inspect(client::encode(m)).has_value());
}

}  // namespace
}  // namespace vouchsafe::testing
