#include "diameter/listen_addresses.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace vouchsafe::testing {
namespace {

std::vector<std::string> addresses_in(const std::string& text) {
  std::vector<std::string> out;
  const auto directives = diameter::listen_directives(text);
  for (const auto& d : *directives)
    out.push_back((d.kind == diameter::ListenDirective::Kind::include ? "include " : "") + d.value + " at " +
                  std::to_string(d.line));
  return out;
}

BOOST_AUTO_TEST_CASE(the_configuration_says_where_to_listen_as_the_core_reads_it) {
  const std::vector<std::string> found{"127.0.0.1 at 2", "::1 at 5", "include /etc/x/*.conf at 10", "10.0.0.1 at 10"};
  BOOST_TEST(addresses_in("# ListenOn = \"10.1.1.1\";\n"
                          "Identity=\"ListenOn.example\"; LISTENON=\"127.0.0.1\"; # ListenOn = \"10.1.1.2\";\n"
                          "Realm = \"a # b\";\n"
                          "ConnectPeer = \"ListenOn\" { ConnectTo = \"10.1.1.3\"; No_TLS; };\n"
                          "ListenOn # it goes on\n\n  =\n\t\"::1\"\n;\n"
                          "include \"/etc/x/*.conf\" ListenOn = \"10.0.0.1\";") == found,
             boost::test_tools::per_element());
  BOOST_TEST(addresses_in("").empty());
}

BOOST_AUTO_TEST_CASE(a_directive_that_is_not_complete_is_refused_with_its_line) {
  for (const std::string text : {"\n\nListenOn \"127.0.0.1\";", "\n\nListenOn = 127;", "\n\nListenOn = \"127.0.0.1\"",
                                 "\n\nListenOn = \"127.0.0.1\n\";", "\n\nListenOn", "\n\ninclude x;"}) {
    const auto refused = diameter::listen_directives(text);
    BOOST_TEST_REQUIRE(!refused.has_value());
    BOOST_TEST_CONTEXT(text) BOOST_TEST(refused.error().detail.starts_with("line 3: "));
  }
}

}  // namespace
}  // namespace vouchsafe::testing
