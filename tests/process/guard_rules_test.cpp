#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/judged.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>
#include <sstream>
#include <string>

// Each rule of dict/guard.def, over a connection: what its sender is answered, who the log says it was, and the
// counters.
namespace vouchsafe::testing {
namespace {

using client::Peer;
using judged::Bad;
using namespace std::chrono_literals;

constexpr std::array<int, hardening::rule_count> numbers = {{
#define RULE(number, enumerator, key, result, text, meaning) number,
#include "dict/guard.def"
#undef RULE
}};

/// Found only where the daemon's dictionary checks the values of these types, which is an extension's choice.
bool depends_on_the_dictionary(const Bad& bad) {
  const std::string what = bad.what;
  return what == "a Time of none" || what == "a Proxy-Info with a text";
}

struct Counting : HssProcess {
  /// What VS-0120 said, in as many lines as it took: by the rule's key.
  [[nodiscard]] std::map<std::string, int> counters() const {
    const std::string line = "VS-0120 what the guard found until now: ";
    const std::string all = log();
    std::map<std::string, int> out;
    for (auto at = all.find(line); at != std::string::npos; at = all.find(line, at + 1)) {
      std::istringstream counters(all.substr(at + line.size(), all.find('\n', at) - at - line.size()));
      for (std::string counter; std::getline(counters >> std::ws, counter, ',');)
        out[counter.substr(0, counter.find(' '))] = std::stoi(counter.substr(counter.find(' ')));
    }
    return out;
  }
};

BOOST_FIXTURE_TEST_SUITE(guard_rules, Counting)

BOOST_AUTO_TEST_CASE(every_rule_fires_over_a_connection_names_its_peer_and_is_counted) {
  start();
  std::map<judged::Rule, int> times;
  for (const Bad& bad : judged::bad_requests()) {
    if (depends_on_the_dictionary(bad)) continue;
    BOOST_TEST_CONTEXT(bad.what) {
      const auto& row = row_of(bad.rule);
      const int nth = ++times[bad.rule];
      Peer odd(peer(std::string(row.key) + std::to_string(nth) + ".ims.example"));
      const auto octets = octets_of(bad);
      odd.send_octets({octets.begin(), octets.end()});
      const auto answer = odd.receive(20s);
      BOOST_TEST_REQUIRE(answer.has_value());
      BOOST_TEST(answer->result() == row.result);
      BOOST_TEST(answer->hop_by_hop == bad.message.hop_by_hop);
      BOOST_TEST(odd.ask(client::uar(odd, alice, alice_impu)).result() >= client::experimental);
      BOOST_TEST(logged("VS-0" + std::to_string(numbers.at(static_cast<std::size_t>(bad.rule))) + " peer " +
                        odd.options().host + " sent " + std::string(row.text) + ": "));
    }
  }
  BOOST_TEST(stop() == 0);
  const auto counted = counters();
  for (const auto& row : hardening::rule_rows) {
    if (row.result == 0) continue;  // about answers: an_answer_that_cannot_be_read_ends_nothing_and_is_asked_for_again
    BOOST_TEST_CONTEXT(row.key) {
      BOOST_TEST(times[row.rule] > 0);
      BOOST_TEST(counted.at(std::string(row.key)) == times[row.rule]);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
