#include "client/cx.hpp"
#include "client/sh.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <thread>

// kill -9 in the middle of provisioning: what was acknowledged is there, and what it calls for is sent.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::Peer;
using client::tgpp;
using namespace std::chrono_literals;

constexpr int in_a_round = 3;

/// A daemon with sanitizers is slow, and takes too long to start for two hundred rounds.
bool sanitized() { return std::getenv("VOUCHSAFE_DAEMON_PRELOAD") != nullptr; }
int rounds() { return sanitized() ? 10 : 200; }

struct ProvisioningStorm : HssProcess {
  const int users = rounds() * in_a_round;
  std::mt19937 random{20260101};

  ProvisioningStorm() {
    const auto made = run(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/generate-subscribers " + std::to_string(users));
    for (const std::string step :
         {"import -",
          "as allow as.ims.example --may read,write,subscribe --service-indication delegated-authorizers"}) {
      const auto done = vouchctl(step, step == "import -" ? made.output : std::string{});
      if (done.exit != 0) throw std::runtime_error(done.output);
    }
  }
  static std::string user(int n) {
    const std::string digits = std::to_string(n);
    return "user" + std::string(8 - digits.size(), '0') + digits + "@ims.example";
  }
  /// Everybody, by the word of the WAF that everybody granted.
  void register_all() {
    start();
    Peer epcscf(peer());
    Peer scscf(peer("scscf.ims.example"));
    for (int n = 0; n < users; ++n) {
      epcscf.ask(client::uar(epcscf, user(n), "sip:" + user(n), client::Delegation{"waf.example.net"}));
      BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, user(n), {"sip:" + user(n)}, scscf_name, 1)).result() == 2001U);
    }
    scscf.disconnect();
    kill();
  }
  [[nodiscard]] client::PeerOptions as() const { return client::as_options(peer(), "as.ims.example"); }

  /// Revokes three users' grants, and kills the daemon at some moment of it. \return whose PUR was acknowledged
  std::set<int> round(int first) {
    std::set<int> acknowledged;
    start();
    Peer provisioning(as());
    std::map<std::uint32_t, int> in_flight;
    const std::string none = "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\"/>";
    for (int n = first; n < first + in_a_round; ++n) {
      in_flight[provisioning.send(
          client::pur(provisioning, "sip:" + user(n), client::repository_data("delegated-authorizers", 1, none)))] = n;
    }
    const auto wait = std::chrono::microseconds(random() % (sanitized() ? 60000 : 9000));
    const auto until = std::chrono::steady_clock::now() + wait;
    while (std::chrono::steady_clock::now() < until) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      const auto answer = provisioning.receive(left);
      if (answer && answer->result() == 2001U) acknowledged.insert(in_flight.at(answer->hop_by_hop));
    }
    kill();
    // What was on its way when the daemon died was acknowledged too.
    while (const auto answer = provisioning.receive(100ms)) {
      if (answer->result() == 2001U) acknowledged.insert(in_flight.at(answer->hop_by_hop));
    }
    provisioning.drop();
    return acknowledged;
  }

  /// \return whose grants are gone
  std::set<int> committed() {
    Peer provisioning(as());
    std::set<int> out;
    for (int n = 0; n < users; ++n) {
      const auto answer = provisioning.ask(client::udr(provisioning, "sip:" + user(n), {0}, {"delegated-authorizers"}));
      const std::string xml = answer.text(702, tgpp);
      const bool moved = xml.find("<SequenceNumber>1<") != std::string::npos;
      BOOST_TEST((xml.find("waf.example.net") == std::string::npos) == moved);  // both or neither
      if (moved) out.insert(n);
    }
    return out;
  }
};

BOOST_FIXTURE_TEST_CASE(kill_9_in_a_storm_of_purs_loses_nothing_acknowledged_and_owes_what_it_did, ProvisioningStorm) {
  register_all();
  std::set<int> acknowledged;
  for (int i = 0; i < rounds(); ++i) acknowledged.merge(round(i * in_a_round));
  if (!sanitized()) {  // in so many rounds some were killed before, and some after, their answers
    BOOST_TEST(!acknowledged.empty());
    BOOST_TEST(acknowledged.size() < static_cast<std::size_t>(users));
  }
  start();
  const std::set<int> there = committed();
  for (const int n : acknowledged) BOOST_TEST_CONTEXT(user(n)) BOOST_TEST(there.contains(n));
  Peer scscf(peer("scscf.ims.example"));
  std::set<std::string> ended;
  for (std::size_t i = 0; i < there.size(); ++i) {
    const auto rtr = scscf.receive(10s);
    BOOST_TEST_REQUIRE(rtr.has_value());
    BOOST_TEST_REQUIRE(rtr->command == 304U);
    ended.insert(rtr->text(1));
    scscf.answer(*rtr);
  }
  BOOST_TEST(ended.size() == there.size());
  for (const int n : there) BOOST_TEST_CONTEXT(user(n)) BOOST_TEST(ended.contains(user(n)));
  BOOST_TEST(!scscf.receive(500ms).has_value());
}

}  // namespace
}  // namespace vouchsafe::testing
