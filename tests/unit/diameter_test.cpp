#include "client/cx.hpp"
#include "diameter/dictionary.hpp"
#include "diameter/guarded.hpp"
#include "diameter/handle.hpp"
#include "diameter/listen_addresses.hpp"
#include "diameter/read.hpp"
#include "diameter/wire_guard.hpp"
#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

// Exported by libfdproto, and declared in no public header: messages cannot be answered before it.
extern "C" int fd_msg_init(void);

namespace vouchsafe::testing {
namespace {

/// freeDiameter's libraries in this process, without a daemon.
const diameter::Dictionary& dictionary() {
  static const diameter::Dictionary instance = [] {
    BOOST_REQUIRE(fd_core_initialize() == 0);
    BOOST_REQUIRE(fd_msg_init() == 0);
    char host[] = "hss.ims.example";
    char realm[] = "ims.example";
    fd_g_config->cnf_diamid = host;
    fd_g_config->cnf_diamid_len = sizeof host - 1;
    fd_g_config->cnf_diamrlm = realm;
    fd_g_config->cnf_diamrlm_len = sizeof realm - 1;
    return diameter::Dictionary::define(fd_g_config->cnf_dict, diameter::default_vendor_id).value();
  }();
  return instance;
}

std::uint32_t result_of(msg* message) {
  std::uint32_t code = 0;
  diameter::for_each_avp(message, [&](const diameter::AvpView& avp) {
    if (avp.code == 268) code = avp.number();
  });
  return code;
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

BOOST_AUTO_TEST_CASE(the_dictionary_defines_every_row_once_and_a_second_time_changes_nothing) {
  std::set<std::pair<int, std::uint32_t>> codes;
  for (const auto& row : diameter::avp_rows()) {
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(codes.insert({static_cast<int>(row.vendor), row.code}).second);
      BOOST_TEST(dictionary().avp(row.avp) != nullptr);
    }
  }
  const auto again = diameter::Dictionary::define(fd_g_config->cnf_dict, diameter::default_vendor_id);
  BOOST_TEST_REQUIRE(again.has_value());
  BOOST_TEST(again->avp(diameter::Avp::delegation_result) == dictionary().avp(diameter::Avp::delegation_result));
}

BOOST_AUTO_TEST_CASE(a_definition_of_another_type_in_the_way_is_told_by_name) {
  dict_avp_data data{1003, 4242, const_cast<char*>("Something-Else"), 0, 0, AVP_TYPE_GROUPED};
  vendor_id_t vendor = 4242;
  dict_vendor_data vendor_data{vendor, const_cast<char*>("test vendor")};
  (void)dictionary();
  BOOST_REQUIRE(fd_dict_new(fd_g_config->cnf_dict, DICT_VENDOR, &vendor_data, nullptr, nullptr) == 0);
  BOOST_REQUIRE(fd_dict_new(fd_g_config->cnf_dict, DICT_AVP, &data, nullptr, nullptr) == 0);
  const auto refused = diameter::Dictionary::define(fd_g_config->cnf_dict, vendor);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail.find("Delegation-Result") != std::string::npos);
}

std::optional<diameter::HostileAvp> inspect(const std::string& octets) {
  const std::vector<std::uint8_t> exact(octets.begin(), octets.end());  // so that a read past the end is seen
  return diameter::find_hostile(exact.data(), exact.size());
}

BOOST_AUTO_TEST_CASE(the_wire_guard_finds_a_nul_wherever_it_ends_the_daemon_and_nowhere_else) {
  client::Message m;
  m.avps = {client::text_avp(263, "s;1"), client::text_avp(264, "peer.example"),
            client::text_avp(25, std::string("a\0b", 3))};
  BOOST_TEST(!inspect(client::encode(m)).has_value());
  for (const std::uint32_t code : {263U, 264U, 296U, 283U, 293U, 282U}) {
    m.avps.back() = client::text_avp(code, std::string("a\0b", 3));
    BOOST_TEST(inspect(client::encode(m)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_wire_guard_never_reads_past_a_message) {
  client::Message m;
  m.avps = {client::text_avp(263, "session"), client::text_avp(264, std::string("peer\0", 5))};
  const std::string whole = client::encode(m);
  for (std::size_t length = 0; length <= whole.size(); ++length) (void)inspect(whole.substr(0, length));
  for (std::size_t i = 20; i < whole.size(); ++i) {
    for (const int value : {0, 1, 7, 8, 0x7F, 0xFF}) {
      std::string spoiled = whole;
      spoiled[i] = static_cast<char>(value);
      (void)inspect(spoiled);
    }
  }
  BOOST_TEST(inspect(whole).has_value());
}

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
