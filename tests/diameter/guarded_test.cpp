#include "diameter/guarded.hpp"

#include "diameter/read.hpp"
#include "support/fakes.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace vouchsafe::testing {
namespace {

std::uint32_t result_of(msg* message) {
  return diameter::AvpReader(dictionary(), message).find(diameter::Avp::result_code).number();
}

template <class Throw>
void a_body_that_throws(Throw body) {
  msg* message = nullptr;
  BOOST_REQUIRE(fd_msg_new(dictionary().request(diameter::Command::user_authorization), MSGFL_ALLOC_ETEID, &message) ==
                0);
  NoLog log;
  disp_action action = DISP_ACT_CONT;
  BOOST_TEST(diameter::guarded("UAR", log, &message, &action, body) == 0);
  const diameter::OwnedMessage owned(message);
  BOOST_TEST((action == DISP_ACT_SEND));
  BOOST_TEST(result_of(message) == 5012U);
  BOOST_TEST_REQUIRE(log.lines.size() == 1U);
  BOOST_TEST((log.lines[0].first == ports::Message::escaped_exception));
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_answered_5012_and_logged) {
  a_body_that_throws([] { throw std::runtime_error("a test"); });
  a_body_that_throws([] { throw 7; });
  a_body_that_throws([] { throw std::bad_alloc(); });
}

BOOST_AUTO_TEST_CASE(an_exception_without_a_message_is_logged_all_the_same) {
  NoLog log;
  msg* none = nullptr;
  BOOST_TEST(diameter::guarded("x", log, &none, nullptr, [] { throw 7; }) == 0);
  BOOST_TEST(log.lines.size() == 1U);
}

}  // namespace
}  // namespace vouchsafe::testing
