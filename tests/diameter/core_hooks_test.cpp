#include "diameter/core_hooks.hpp"

#include "support/fakes.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>

// What freeDiameter's core calls the hooks with; its headers for extensions do not have it.
extern "C" void fd_hook_call(enum fd_hook_type type, msg* message, void* peer, void* other, void* kept);

namespace vouchsafe::testing {
namespace {

/// The core keeps a request before it is sent, and has no message to show when that fails.
BOOST_AUTO_TEST_CASE(a_request_that_could_not_be_sent_is_told_with_the_reason_and_not_read_for_octets) {
  (void)dictionary();
  NoLog log;
  RecordingEvents events;
  diameter::CoreHooks hooks(log, events);
  hooks.start();
  std::string why = "Error while sending this message: Invalid argument";
  fd_hook_call(HOOK_MESSAGE_DROPPED, nullptr, nullptr, why.data(), nullptr);
  BOOST_TEST_REQUIRE(events.told.size() == 1U);
  const auto* lost = std::get_if<ports::MessageLost>(&events.told.front().event);
  BOOST_TEST_REQUIRE(lost != nullptr);
  BOOST_TEST(lost->what == "a message");
  BOOST_TEST(lost->why == why);
}

}  // namespace
}  // namespace vouchsafe::testing
