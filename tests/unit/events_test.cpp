#include "support/allocations.hpp"
#include "support/fakes.hpp"
#include "telemetry/decision_counts.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/log.hpp"
#include "telemetry/sinks.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

// What happens, on its way from whoever knows it to those who log, count and report.
namespace vouchsafe::testing {
namespace {

using ports::ConfigurationLoaded;
using ports::OutboxSettled;

/// A sink that keeps what it hears.
class Hearing : public ports::EventSink {
 public:
  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override {
    index = event.index();
    time = occasion.time;
    if (occasion.exchange != nullptr) exchange = *occasion.exchange;
    ++count;
  }
  std::size_t index = 0;
  Time time;
  std::optional<ports::Exchange> exchange;
  int count = 0;
};

/// The daemon's sinks, and one of the test's; time stands still.
struct Told {
  std::vector<std::string> lines;
  telemetry::LineLog log{[this](telemetry::Level, const std::string& line) { lines.push_back(line); }};
  telemetry::DecisionCounts decisions;
  telemetry::EventLog event_log{log};
  Hearing hearing;
  telemetry::Sinks events{{&decisions, &event_log, &hearing}, [] { return t0; }};
  static constexpr Time t0{std::chrono::seconds{1'700'000'000}};
};

/// Who asked, of what the events of these tests came.
constexpr ports::Exchange uar{"UAR", "epcscf.ims.example;1;2", "epcscf.ims.example", "dra.ims.example",
                              result::success};

ports::Decided decided(Reason reason) {
  ports::Decided out{"alice@ims.example", "sip:alice@ims.example", "waf.example.net", {}};
  out.decision.reason = reason;
  return out;
}

BOOST_FIXTURE_TEST_CASE(every_sink_hears_of_an_event_with_its_time_and_the_request_that_it_came_of, Told) {
  events.publish(decided(Reason::authorized), uar);
  BOOST_TEST((hearing.time == t0));
  BOOST_TEST_REQUIRE(hearing.exchange.has_value());
  BOOST_TEST(hearing.exchange->session == "epcscf.ims.example;1;2");
  BOOST_TEST(hearing.exchange->peer == "dra.ims.example");
  BOOST_TEST((hearing.exchange->result == result::success));
  BOOST_TEST(decisions.enforced(Reason::authorized) == 1U);
  hearing.exchange.reset();
  events.publish(ports::StoreUp{});
  BOOST_TEST(hearing.count == 2);
  BOOST_TEST((hearing.time == t0));
  BOOST_TEST(!hearing.exchange.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_decision_that_lets_pass_is_told_without_an_allocation_and_without_a_line, Told) {
  const ports::Event event = decided(Reason::authorized);
  const Allocations before;
  events.publish(event, uar);
  BOOST_TEST(before.since() == 0U);
  BOOST_TEST(lines.empty());
  BOOST_TEST(hearing.count == 1);
}

BOOST_FIXTURE_TEST_CASE(the_log_has_one_line_for_a_decision_that_refuses, Told) {
  auto event = decided(Reason::not_granted);
  event.decision.uncovered = "tel:+15550100";
  events.publish(event, uar);
  event.authorizer.clear();
  event.decision.uncovered.clear();
  events.publish(event, uar);
  auto monitored = decided(Reason::authorized);
  monitored.decision.monitored = Reason::not_granted;
  events.publish(monitored, uar);
  auto sar = uar;
  sar.command = "SAR";
  events.publish(decided(Reason::authorized), sar);
  const std::string by = " by epcscf.ims.example (peer dra.ims.example): alice@ims.example and sip:alice@ims.example, ";
  BOOST_TEST(
      lines == (std::vector<std::string>{
                   "VS-0301 UAR" + by + "vouched for by waf.example.net: NOT_GRANTED (not covered: tel:+15550100)",
                   "VS-0301 UAR" + by + "vouched for by nobody: NOT_GRANTED",
                   "VS-0302 UAR" + by + "vouched for by waf.example.net: NOT_GRANTED, let pass because it is monitored",
                   "VS-0303 SAR" + by + "vouched for by waf.example.net: AUTHORIZED"}),
      boost::test_tools::per_element());
  BOOST_TEST(decisions.summary() == "AUTHORIZED 2, NOT_GRANTED 2 (monitored 1)");
}

BOOST_FIXTURE_TEST_CASE(what_else_happens_has_the_lines_that_it_always_had, Told) {
  OutboxEntry entry;
  entry.id = 7;
  entry.host = "scscf.ims.example";
  entry.cause = "the grant was revoked";
  entry.error = "5012";
  entry.body = Termination{impi("alice@ims.example")};
  events.publish(ConfigurationLoaded{ConfigurationLoaded::When::at_start, "v.conf", {"all checks"}, "none", "sent 0"});
  events.publish(ConfigurationLoaded{ConfigurationLoaded::When::at_reload, "v.conf", {}, "AUTHORIZED 1", "sent 2"});
  events.publish(ports::ConfigurationRefused{"v.conf", "v.conf:3: colour: there is no such key"});
  events.publish(ports::MessageLost{"Multimedia-Auth-Answer", "scscf.ims.example", "no peer"});
  events.publish(ports::PeerConnected{"scscf.ims.example", "TCP", "Kamailio"});
  events.publish(ports::PeerRefused{"x.example", "no common application"});
  events.publish(ports::PeerLost{"scscf.ims.example", "The connection was broken"});
  events.publish(OutboxSettled{OutboxSettled::How::acknowledged, entry});
  events.publish(OutboxSettled{OutboxSettled::How::not_sent, entry});
  events.publish(OutboxSettled{OutboxSettled::How::given_up, entry});
  events.publish(ports::HostUnreachable{"scscf.ims.example", "DIAMETER_UNABLE_TO_DELIVER"});
  events.publish(ports::HostReachable{"scscf.ims.example"});
  events.publish(ports::ClockStepped{std::chrono::seconds{-7200}});
  events.publish(ports::StoreDown{"disk full"});
  events.publish(ports::StoreUp{});
  const std::vector<std::string> expected{
      "VS-0304 NOT ENFORCED: all checks",
      "VS-0202 v.conf read again; decisions: AUTHORIZED 1; outbox: sent 2",
      "VS-0201 v.conf:3: colour: there is no such key",
      "VS-0107 Multimedia-Auth-Answer, peer scscf.ims.example: no peer",
      "VS-0108 peer scscf.ims.example is connected by TCP; its product: Kamailio",
      "VS-0109 the connection of peer x.example failed: no common application",
      "VS-0501 RTR for alice@ims.example to scscf.ims.example (the grant was revoked) is given up: 5012; outbox 7",
      "VS-0502 nothing can be sent to scscf.ims.example now: DIAMETER_UNABLE_TO_DELIVER",
      "VS-0503 scscf.ims.example can be reached again",
      "VS-0112 the clock was set back by 7200 s",
      "VS-0401 the database cannot be used: disk full",
      "VS-0402 the database is usable again"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

}  // namespace
}  // namespace vouchsafe::testing
