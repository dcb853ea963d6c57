#include "cx/context.hpp"
#include "delegation/vouching_memory.hpp"
#include "support/fakes.hpp"
#include "telemetry/decision_counts.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/log.hpp"
#include "telemetry/sinks.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

// What many dispatch threads share, for the thread sanitizer to look at.
namespace vouchsafe::testing {
namespace {

template <class Body>
void in_threads(Body body) {
  std::vector<std::thread> all;
  for (int t = 0; t < 4; ++t) all.emplace_back([&body, t] { body(t); });
  for (auto& thread : all) thread.join();
}

BOOST_AUTO_TEST_CASE(the_vouching_memory_is_shared_by_threads) {
  FakeClock clock;
  delegation::VouchingMemory memory(clock, std::chrono::seconds{32}, 100000);
  const ports::RememberedVouching vouching{{name("waf.example"), std::nullopt, {}}, "r"};
  std::atomic<int> found{0};
  std::atomic<int> failed{0};  // Boost.Test's own checks are for one thread
  in_threads([&](int t) {
    for (int i = 0; i < 500; ++i) {
      const Impi who = impi("u" + std::to_string(i) + "@x");
      failed += remember(memory, who, impu("sip:u@x"), vouching) ? 0 : 1;
      found += memory.find(who, impu("sip:u@x")) ? 1 : 0;
      if (t == 0 && i % 7 == 0) forget(memory, who);
    }
  });
  BOOST_TEST(failed == 0);
  BOOST_TEST(found > 1500);
}

BOOST_AUTO_TEST_CASE(settings_are_replaced_under_readers) {
  cx::LiveSettings settings{cx::Settings{}};
  std::atomic<int> failed{0};
  in_threads([&](int t) {
    for (std::uint32_t i = 0; i < 500; ++i) {
      if (t == 0 && i % 50 == 0) settings.replace({{}, 5 + i, std::chrono::seconds{60}});
      failed += settings.get()->max_vectors >= 5 ? 0 : 1;
    }
  });
  BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_CASE(settings_that_were_replaced_are_given_back) {
  cx::LiveSettings settings{cx::Settings{}};
  const std::weak_ptr<const cx::Settings> first = settings.get();
  std::shared_ptr<const cx::Settings> held = settings.get();
  settings.replace({{}, 7, std::chrono::seconds{60}});
  BOOST_TEST(settings.get()->max_vectors == 7U);
  BOOST_TEST(held->max_vectors == 5U);
  held.reset();
  BOOST_TEST(first.expired());
}

BOOST_AUTO_TEST_CASE(log_and_counters_take_lines_from_many_threads) {
  std::atomic<int> lines{0};
  telemetry::LineLog log([&](telemetry::Level, const std::string&) { ++lines; },
                         telemetry::LogLimits{1000000, 1000000, 8});
  telemetry::DecisionCounts decisions;
  telemetry::EventLog event_log(log);
  telemetry::Sinks events({&decisions, &event_log});
  Decision refused;
  refused.reason = Reason::not_granted;
  const ports::Decided event{"a@b", "sip:a@b", {}, refused};
  const ports::Exchange exchange{"UAR", "session", "epcscf.ims.example", "epcscf.ims.example", {}};
  in_threads([&](int) {
    for (int i = 0; i < 250; ++i) events.publish(event, exchange);
  });
  BOOST_TEST(lines == 1000);
  BOOST_TEST(decisions.enforced(Reason::not_granted) == 1000U);
  BOOST_TEST(decisions.summary() == "NOT_GRANTED 1000");
}

}  // namespace
}  // namespace vouchsafe::testing
