#include "delegation/clock_watch.hpp"

#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

namespace vouchsafe::testing {
namespace {

BOOST_AUTO_TEST_CASE(a_step_of_the_clock_is_noticed_once_and_slewing_is_not) {
  FakeClock clock;
  delegation::ClockWatch watch(delegation::moment_of(clock));
  for (int i = 0; i < 10'000; ++i) {  // 500 parts in a million are what a time service slews by
    clock.pass(std::chrono::seconds{1});
    if (i % 2000 == 0) clock.set(std::chrono::seconds{1});
    BOOST_TEST(watch.step(delegation::moment_of(clock)).count() == 0);
  }
  // What is left of the slewing counts as well: a second, at most two.
  clock.set(std::chrono::hours{-2});
  BOOST_TEST(std::abs(watch.step(delegation::moment_of(clock)).count() + 7200) <= 2);
  BOOST_TEST(watch.step(delegation::moment_of(clock)).count() == 0);
  clock.set(std::chrono::hours{2});
  BOOST_TEST(watch.step(delegation::moment_of(clock)).count() == 7200);
}

}  // namespace
}  // namespace vouchsafe::testing
