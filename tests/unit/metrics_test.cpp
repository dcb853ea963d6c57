#include "metrics/metrics.hpp"

#include "support/allocations.hpp"

#include <boost/test/unit_test.hpp>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// What a scrape is answered with: the names, the labels, and a number of series that nobody on the wire can raise.
namespace vouchsafe::testing {
namespace {

using namespace std::chrono_literals;
using metrics::Metrics;

const ports::Occasion nobody_asked{Time{}, nullptr};

ports::Decided decided(std::string authorizer, Reason reason) {
  ports::Decided out{"alice@ims.example", "sip:alice@ims.example", std::move(authorizer), {}};
  out.decision.reason = reason;
  return out;
}

struct Scraped : Metrics {
  std::vector<std::string> registry = {"waf.example.net"};

  Scraped() {
    decisions().known_by(
        [this](std::string_view name) { return std::find(registry.begin(), registry.end(), name) != registry.end(); });
  }
  void tell(const ports::Event& event) {
    decisions().happened(event, nobody_asked);
    occurrences().happened(event, nobody_asked);
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer{}.Serialize(Collect()); }
  [[nodiscard]] std::size_t series() const {
    std::istringstream in(text());
    std::size_t out = 0;
    for (std::string line; std::getline(in, line);) out += line.starts_with('#') ? 0 : 1;
    return out;
  }
  /// \return the value of a series, as it is written; empty: there is none
  [[nodiscard]] std::string value(const std::string& name) const {
    std::istringstream in(text());
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with(name + " ")) return line.substr(name.size() + 1);
    }
    return "";
  }
  [[nodiscard]] std::string decisions_of(const std::string& authorizer, const std::string& reason) const {
    return value("vouchsafe_decisions_total{authorizer=\"" + authorizer + "\",reason=\"" + reason + "\"}");
  }
  [[nodiscard]] std::string within(const std::string& command, const std::string& seconds) const {
    return value("vouchsafe_answer_duration_seconds_bucket{command=\"" + command + "\",le=\"" + seconds + "\"}");
  }
};

BOOST_FIXTURE_TEST_SUITE(metrics_of_the_hss, Scraped)

BOOST_AUTO_TEST_CASE(a_decision_is_counted_under_its_authorizer_by_what_was_enforced_and_by_what_is_only_monitored) {
  tell(decided("waf.example.net", Reason::authorized));
  tell(decided("waf.example.net", Reason::not_granted));
  tell(decided("", Reason::delegation_required));
  auto let_pass = decided("waf.example.net", Reason::authorized);
  let_pass.decision.monitored = Reason::grant_expired;
  tell(let_pass);
  BOOST_TEST(decisions_of("waf.example.net", "AUTHORIZED") == "2");
  BOOST_TEST(decisions_of("waf.example.net", "NOT_GRANTED") == "1");
  BOOST_TEST(decisions_of("none", "DELEGATION_REQUIRED") == "1");
  BOOST_TEST(value("vouchsafe_decisions_monitored_total{authorizer=\"waf.example.net\",reason=\"GRANT_EXPIRED\"}") ==
             "1");
}

BOOST_AUTO_TEST_CASE(ten_thousand_authorizers_that_nobody_registered_leave_the_number_of_series_as_it_is) {
  tell(decided("waf.example.net", Reason::authorized));
  const auto before = series();
  for (int i = 0; i < 10'000; ++i) {
    tell(decided("waf" + std::to_string(i) + ".attacker.example", Reason::authorizer_unknown));
    // Check 2 comes before the registry is asked.
    tell(decided("waf" + std::to_string(i) + ".attacker.example", Reason::relay_not_trusted));
  }
  BOOST_TEST(series() == before);
  BOOST_TEST(decisions_of("unknown", "AUTHORIZER_UNKNOWN") == "10000");
  BOOST_TEST(decisions_of("unknown", "RELAY_NOT_TRUSTED") == "10000");
  BOOST_TEST(text().find("attacker") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(authorizers_beyond_the_bound_share_a_label_whether_they_are_told_of_or_found_in_the_registry) {
  decisions().known_by([](std::string_view) { return true; });
  constexpr std::size_t more = metrics::AuthorizerTable::most + 500;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < more; ++i) names.push_back("waf" + std::to_string(i) + ".example");
  for (const auto& name : names) tell(decided(name, Reason::authorized));
  const auto full = series();
  BOOST_TEST(decisions_of("other", "AUTHORIZED") == "500");
  decisions().add(names);
  for (const auto& name : names) tell(decided(name, Reason::authorized));
  BOOST_TEST(series() == full);
  BOOST_TEST(decisions_of("waf0.example", "AUTHORIZED") == "2");
  BOOST_TEST(decisions_of("waf999.example", "AUTHORIZED") == "2");
  BOOST_TEST(decisions_of("other", "AUTHORIZED") == "1000");
}

BOOST_AUTO_TEST_CASE(an_authorizer_of_the_registry_has_its_series_before_anything_is_decided_and_keeps_them) {
  read_by([] {
    metrics::State out;
    out.authorizers = {"waf.example.net"};
    return out;
  });
  BOOST_TEST(decisions_of("waf.example.net", "NOT_GRANTED") == "0");
  registry.clear();  // removed
  read_by([] { return metrics::State{}; });
  tell(decided("waf.example.net", Reason::authorizer_unknown));
  BOOST_TEST(decisions_of("waf.example.net", "AUTHORIZER_UNKNOWN") == "1");
}

BOOST_AUTO_TEST_CASE(an_authorizer_that_is_called_as_a_shared_label_makes_no_second_series_of_it) {
  registry = {"unknown", "none", "other"};
  const auto before = series();
  decisions().add(registry);
  for (const auto& name : registry) tell(decided(name, Reason::authorized));
  BOOST_TEST(series() == before);
  BOOST_TEST(decisions_of("other", "AUTHORIZED") == "3");
}

BOOST_AUTO_TEST_CASE(what_a_label_holds_is_escaped) {
  registry = {"https://waf.example/\"\\\n"};
  tell(decided(registry.front(), Reason::authorized));
  BOOST_TEST(decisions_of("https://waf.example/\\\"\\\\\\n", "AUTHORIZED") == "1");
}

BOOST_AUTO_TEST_CASE(an_answer_is_counted_by_its_command_and_its_result) {
  answers().answered(300, result::first_registration, 80us);
  answers().answered(300, result::authorization_rejected, 80us);
  answers().answered(301, result::success, 3ms);
  answers().answered(301, ResultCode{false, 4711}, 3ms);  // of no row
  answers().answered(999, result::success, 3ms);          // of no command that the HSS answers
  BOOST_TEST(value("vouchsafe_answers_total{command=\"UAR\",result=\"3GPP 2001\"}") == "1");
  BOOST_TEST(value("vouchsafe_answers_total{command=\"UAR\",result=\"5003\"}") == "1");
  BOOST_TEST(value("vouchsafe_answers_total{command=\"SAR\",result=\"2001\"}") == "1");
  BOOST_TEST(value("vouchsafe_answers_total{command=\"SAR\",result=\"other\"}") == "1");
  BOOST_TEST(value("vouchsafe_answers_total{command=\"PUR\",result=\"5012\"}") == "0");
  BOOST_TEST(text().find("4711") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_answer_falls_into_the_buckets_that_its_time_is_within) {
  answers().answered(302, result::success, 50us);
  answers().answered(302, result::success, 50us + 1ns);
  answers().answered(302, result::success, 5s);
  answers().answered(302, result::success, 1h);
  answers().answered(302, result::success, -1ns);
  BOOST_TEST(within("LIR", "5e-05") == "2");
  BOOST_TEST(within("LIR", "0.0001") == "3");
  BOOST_TEST(within("LIR", "2.5") == "3");
  BOOST_TEST(within("LIR", "5") == "4");
  BOOST_TEST(within("LIR", "+Inf") == "5");
  BOOST_TEST(value("vouchsafe_answer_duration_seconds_count{command=\"LIR\"}") == "5");
  const double sum = std::stod(value("vouchsafe_answer_duration_seconds_sum{command=\"LIR\"}"));
  BOOST_TEST(sum > 3605.0);
  BOOST_TEST(sum < 3605.001);
  BOOST_TEST(within("SNR", "+Inf") == "0");
}

BOOST_AUTO_TEST_CASE(what_happens_besides_is_counted_by_its_kind) {
  tell(ports::PeerConnected{"a", "", ""});
  tell(ports::PeerConnected{"b", "", ""});
  tell(ports::PeerRefused{"c", ""});
  tell(ports::PeerLost{"a", ""});
  tell(ports::MessageLost{"x", "y", "z"});
  tell(ports::ConfigurationRefused{"file", "mistake"});
  tell(ports::OutboxSettled{ports::OutboxSettled::How::given_up, {}});
  tell(ports::HostReachable{"a"});
  BOOST_TEST(value("vouchsafe_peer_events_total{event=\"connected\"}") == "2");
  BOOST_TEST(value("vouchsafe_peer_events_total{event=\"refused\"}") == "1");
  BOOST_TEST(value("vouchsafe_peer_events_total{event=\"lost\"}") == "1");
  BOOST_TEST(value("vouchsafe_messages_lost_total") == "1");
  BOOST_TEST(value("vouchsafe_configurations_refused_total") == "1");
  BOOST_TEST(value("vouchsafe_outbox_settled_total{how=\"given_up\"}") == "1");
  BOOST_TEST(value("vouchsafe_outbox_settled_total{how=\"acknowledged\"}") == "0");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_left_out_and_the_rest_is_there) {
  read_by([] {
    metrics::State out;
    out.writes = true;
    out.peers = 3;
    out.found = {{"identity", 4}};
    return out;
  });
  BOOST_TEST(value("vouchsafe_peers_connected") == "3");
  BOOST_TEST(value("vouchsafe_store_up{access=\"read\"}") == "0");
  BOOST_TEST(value("vouchsafe_store_up{access=\"write\"}") == "1");
  BOOST_TEST(value("vouchsafe_guard_refusals_total{rule=\"identity\"}") == "4");
  BOOST_TEST(text().find("vouchsafe_outbox_entries") == std::string::npos);
  read_by([]() -> metrics::State { throw std::runtime_error("no"); });
  BOOST_TEST(value("vouchsafe_peers_connected") == "");
  BOOST_TEST(value("vouchsafe_build_info{version=\"" VOUCHSAFE_VERSION "\"}") == "1");
  BOOST_TEST(decisions_of("unknown", "AUTHORIZED") == "0");
  read_by(nullptr);
  BOOST_TEST(decisions_of("unknown", "AUTHORIZED") == "0");
}

BOOST_AUTO_TEST_CASE(counting_takes_no_memory_but_for_an_authorizer_that_is_new) {
  tell(decided("waf.example.net", Reason::authorized));
  const ports::Event known = decided("waf.example.net", Reason::authorized);
  const ports::Event stranger = decided("waf.attacker.example", Reason::authorizer_unknown);
  const Allocations taken;
  decisions().happened(known, nobody_asked);
  decisions().happened(stranger, nobody_asked);
  answers().answered(300, result::success, 80us);
  BOOST_TEST(taken.since() == 0U);
}

BOOST_AUTO_TEST_CASE(what_many_threads_count_at_once_adds_up) {
  decisions().known_by([](std::string_view) { return true; });
  constexpr int threads = 4;
  constexpr int authorizers = 300;
  std::vector<std::thread> counting;
  for (int t = 0; t < threads; ++t) {
    counting.emplace_back([this] {
      for (int i = 0; i < authorizers; ++i) {
        tell(decided("waf" + std::to_string(i) + ".example", Reason::authorized));
        answers().answered(300, result::success, 80us);
        if (i % 100 == 0) (void)text();
      }
    });
  }
  for (auto& thread : counting) thread.join();
  for (int i = 0; i < authorizers; ++i)
    BOOST_TEST(decisions_of("waf" + std::to_string(i) + ".example", "AUTHORIZED") == std::to_string(threads));
  BOOST_TEST(within("UAR", "+Inf") == std::to_string(threads * authorizers));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
