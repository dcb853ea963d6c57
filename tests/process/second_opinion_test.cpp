#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

// An independent Diameter stack, Erlang/OTP's, plays AS and S-CSCF.
namespace vouchsafe::testing {
namespace {

BOOST_FIXTURE_TEST_CASE(an_independent_diameter_stack_reads_and_writes_as_we_do, HssProcess) {
  for (const char* data : {"--service-indication delegated-authorizers", "--data IMSUserState"}) {
    const std::string allow = "as allow as.erlang.example --may read,write,subscribe ";
    BOOST_TEST_REQUIRE(vouchctl(allow + data).exit == 0);
  }
  edit("acl_wl.conf", "*.ims.example", "*.ims.example *.erlang.example");
  serve_only("{ host = \"*.erlang.example\"; roles = [ \"s-cscf\", \"ep-cscf\", \"i-cscf\", \"as\" ]; }");
  start();
  const std::string scripts = std::string(VOUCHSAFE_SOURCE_DIR) + "/tests/process/erlang";
  const auto done = run("ERL_CRASH_DUMP=/dev/null HOME=" + folder().string() + " escript " + scripts +
                        "/second_opinion.escript " + std::to_string(peer().port) + " " + scripts + " " +
                        folder().string() + " '" + std::string(VOUCHSAFE_BUILD_DIR) + "/vouchctl --config " + config() +
                        " revoke --impu sip:bob@ims.example --authorizer waf.example.net'");
  BOOST_TEST_CONTEXT(done.output) {
    BOOST_TEST(done.exit == 0);
    BOOST_TEST(done.output.find("all as it should be") != std::string::npos);
  }
}

}  // namespace
}  // namespace vouchsafe::testing
