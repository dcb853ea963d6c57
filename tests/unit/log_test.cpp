#include "telemetry/log.hpp"

#include "domain/printable.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

// What is written about peers, when they say too much, and how it looks on a terminal.
namespace vouchsafe::testing {
namespace {

namespace message = ports::message;

// Which calls compile.
template <class M>
concept HasAll = requires {
  M{.host = "a.example", .why = "no way"};
};
template <class M>
concept LacksOne = requires {
  M{.host = "a.example"};
};
template <class M>
concept HasOneMore = requires {
  M{.host = "a.example", .why = "no way", .when = "now"};
};
template <class M>
concept NamesAnother = requires {
  M{.peer = "a.example", .why = "no way"};
};
template <class M>
concept HasNumber = requires {
  M{.command = "UAR", .error = 11};
};
template <class M>
concept HasTextForNumber = requires {
  M{.command = "UAR", .error = "eleven"};
};
static_assert(HasAll<message::host_unreachable>);
static_assert(!LacksOne<message::host_unreachable>);
static_assert(!HasOneMore<message::host_unreachable>);
static_assert(!NamesAnother<message::host_unreachable>);
static_assert(HasNumber<message::answer_lost> && !HasTextForNumber<message::answer_lost>);

/// A log of three lines a second for each peer, ten for each message, and accounts for four peers; time stands still.
struct Telling {
  std::vector<std::string> lines;
  std::int64_t now = 1000;
  telemetry::LineLog log{[this](telemetry::Level, const std::string& line) { lines.push_back(line); },
                         telemetry::LogLimits{3, 10, 4}, [this] { return now; }};

  void unreachable(const std::string& peer, int times) {
    for (int i = 0; i < times; ++i) log.write(message::host_unreachable{.host = peer, .why = "no way"});
  }
  [[nodiscard]] std::size_t about(const std::string& text) const {
    std::size_t count = 0;
    for (const auto& line : lines) count += line.find(text) != std::string::npos ? 1 : 0;
    return count;
  }
};

BOOST_FIXTURE_TEST_CASE(the_log_escapes_numbers_and_limits, Telling) {
  for (int i = 0; i < 100; ++i) log.write(message::store_down{.why = std::string_view("bad\n\0", 5)});
  BOOST_TEST_REQUIRE(lines.size() == 3U);
  BOOST_TEST(lines[0] == "VS-0401 the database cannot be used: bad\\x0a\\x00");
}

BOOST_FIXTURE_TEST_CASE(a_peer_that_says_too_much_mutes_no_other, Telling) {
  unreachable("loud.example", 100);
  unreachable("honest.example", 1);
  log.write(
      message::bad_identity{.peer = "loud.example", .command = "UAR", .origin_host = "x", .value = "y", .fault = "z"});
  BOOST_TEST(about("VS-0502 nothing can be sent to loud.example") == 3U);
  BOOST_TEST(about("VS-0502 nothing can be sent to honest.example") == 1U);
  BOOST_TEST(about("VS-0103") == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_peer_has_one_account_however_it_writes_its_name, Telling) {
  unreachable("loud.example", 2);
  unreachable("LOUD.example", 2);
  BOOST_TEST(lines.size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(what_was_left_out_is_told_without_a_further_message, Telling) {
  unreachable("loud.example", 10);
  log.flush();
  BOOST_TEST(lines.size() == 3U);  // the second has not ended
  ++now;
  log.flush();
  BOOST_TEST_REQUIRE(lines.size() == 4U);
  BOOST_TEST(lines[3] == "VS-0502 7 more of these about loud.example in an earlier second");
  ++now;
  log.flush();
  BOOST_TEST(lines.size() == 4U);
}

BOOST_FIXTURE_TEST_CASE(the_next_message_tells_what_was_left_out_before_it, Telling) {
  unreachable("loud.example", 4);
  ++now;
  unreachable("loud.example", 1);
  BOOST_TEST(lines.back().ends_with(" (1 more of these in an earlier second)"));
  log.flush_all();
  BOOST_TEST(lines.size() == 4U);
}

BOOST_FIXTURE_TEST_CASE(the_end_of_the_log_leaves_nothing_untold, Telling) {
  unreachable("loud.example", 5);
  log.flush_all();
  BOOST_TEST(lines.back() == "VS-0502 2 more of these about loud.example in an earlier second");
}

BOOST_FIXTURE_TEST_CASE(accounts_are_bounded_and_the_rest_share_one, Telling) {
  for (int i = 0; i < 9; ++i) unreachable("peer" + std::to_string(i) + ".example", 1);
  BOOST_TEST(lines.size() == 7U);  // four have an account, and three lines of the others
  ++now;
  log.flush();
  BOOST_TEST(lines.back() == "VS-0502 2 more of these in an earlier second");
  now += 100;
  lines.clear();
  for (int i = 20; i < 24; ++i) unreachable("peer" + std::to_string(i) + ".example", 2);
  BOOST_TEST(about("peer23.example") == 2U);  // the accounts of a minute ago made room
}

BOOST_FIXTURE_TEST_CASE(one_message_never_fills_the_log_whoever_it_is_about, Telling) {
  for (int i = 0; i < 4; ++i) unreachable("peer" + std::to_string(i) + ".example", 3);
  BOOST_TEST(lines.size() == 10U);
  log.flush_all();
  BOOST_TEST(lines.back() == "VS-0502 2 more of these about peer3.example in an earlier second");
}

BOOST_FIXTURE_TEST_CASE(each_argument_stands_where_its_name_is_and_other_braces_are_text, Telling) {
  log.write(message::no_role{
      .peer = "dra.example", .command = "UAR", .origin_host = "x.example", .roles = "i-cscf or ep-cscf"});
  log.write(message::message_given_up{.command = "RTR",
                                      .subject = "alice@ims.example",
                                      .host = "scscf.example",
                                      .cause = "{host}",
                                      .error = "5012",
                                      .entry = -9'223'372'036'854'775'807 - 1});
  log.write(message::store_up{});
  BOOST_TEST_REQUIRE(lines.size() == 3U);
  BOOST_TEST(
      lines[0] ==
      "VS-0111 peer dra.example sent UAR as x.example, which has no role for it: add { host = \"...\"; roles = [ "
      "\"...\" ]; } with the role i-cscf or ep-cscf to clients in vouchsafe.conf if it may");
  BOOST_TEST(lines[1] ==
             "VS-0501 RTR for alice@ims.example to scscf.example ({host}) is given up: 5012; outbox "
             "-9223372036854775808");
  BOOST_TEST(lines[2] == "VS-0402 the database is usable again");
}

BOOST_AUTO_TEST_CASE(every_log_message_has_a_number_of_its_own_and_a_meaning) {
  std::set<int> numbers;
  for (const auto& row : telemetry::message_rows()) {
    BOOST_TEST(numbers.insert(static_cast<int>(row.message)).second);
    BOOST_TEST(!row.meaning.empty());
  }
}

BOOST_AUTO_TEST_CASE(what_steers_a_terminal_is_escaped_and_printable_utf8_is_left) {
  BOOST_TEST(printable("sip:anna.müller@ims.example  日本 ✓ \\") == "sip:anna.müller@ims.example  日本 ✓ \\");
  BOOST_TEST(printable("a\x1b[2Jb\nc\td\x7f") == "a\\x1b[2Jb\\x0ac\\x09d\\x7f");
  BOOST_TEST(printable(std::string_view("\0x", 2)) == "\\x00x");
  BOOST_TEST(printable("\xc2\x9b"
                       "1m") == "\\xc2\\x9b1m");  // CSI as one character
  BOOST_TEST(printable("\xe2\x80\xae"
                       "evil\xe2\x80\xa8") == "\\xe2\\x80\\xaeevil\\xe2\\x80\\xa8");  // right to left, new line
  BOOST_TEST(printable("\xff\xc3") == "\\xff\\xc3");                                  // no UTF-8
  BOOST_TEST(printable("\xc3\xe4\xbd") == "\\xc3\\xe4\\xbd");                         // cut short
  BOOST_TEST(printable("\xf0\x9f\x98\x80") == "\xf0\x9f\x98\x80");
}

}  // namespace
}  // namespace vouchsafe::testing
