#include "delegation/vouching_memory.hpp"

#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

// How much is remembered of vouchings, and for how long.
namespace vouchsafe::testing {
namespace {

BOOST_AUTO_TEST_CASE(the_vouching_memory_is_bounded_in_time_and_number) {
  FakeClock clock;
  delegation::VouchingMemory memory(clock, std::chrono::seconds{32}, 640);
  const ports::RememberedVouching vouching{{name("waf.example"), std::nullopt, {}}, "r"};
  std::size_t kept = 0;
  for (int i = 0; i < 2000; ++i)
    kept += remember(memory, impi("u" + std::to_string(i) + "@x"), impu("sip:u@x"), vouching) ? 1 : 0;
  BOOST_TEST(kept <= 704U);
  BOOST_TEST(kept >= 300U);
  BOOST_TEST(memory.size() == kept);
  clock.pass(std::chrono::seconds{33});
  BOOST_TEST(!memory.find(impi("u0@x"), impu("sip:u@x")).has_value());
  for (int i = 0; i < 640; ++i) (void)remember(memory, impi("v" + std::to_string(i) + "@x"), impu("sip:u@x"), vouching);
  BOOST_TEST(memory.size() <= 704U);
  const auto before = memory.size();
  for (int i = 0; i < 100; ++i) (void)remember(memory, impi("v0@x"), impu("sip:u@x"), vouching);
  BOOST_TEST(memory.size() <= before + 1);  // asking again and again for one pair does not fill it
}

}  // namespace
}  // namespace vouchsafe::testing
