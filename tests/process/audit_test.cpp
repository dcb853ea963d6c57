#include "client/cx.hpp"
#include "client/sh.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

// What is refused, changed and suspended is in the audit log, whoever did it, and the log shows when it was changed.
namespace vouchsafe::testing {
namespace {

using client::Delegation;
using client::Peer;

struct Audited : HssProcess {
  std::string log_file = (folder() / "audit.jsonl").string();

  Audited() { edit("vouchsafe.conf", "#file = \"\"", "file = \"" + log_file + "\""); }

  std::vector<nlohmann::json> records(const std::string& filter) {
    std::vector<nlohmann::json> out;
    std::istringstream lines(ctl("--json audit show " + filter));
    for (std::string line; std::getline(lines, line);) out.push_back(nlohmann::json::parse(line));
    return out;
  }
};

BOOST_FIXTURE_TEST_SUITE(audit, Audited)

BOOST_AUTO_TEST_CASE(a_refusal_a_grant_over_sh_and_an_act_of_the_operator_are_written_down_with_who_and_why) {
  ctl("as allow as.ims.example --may read,write --service-indication delegated-authorizers");
  start();
  Peer epcscf(peer());
  BOOST_TEST(epcscf.ask(client::uar(epcscf, alice, alice_impu, Delegation{"waf.other.example"})).result() == 5003U);
  Peer as(client::as_options(peer(), "as.ims.example"));
  const std::string none = "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\"/>";
  BOOST_TEST(as.ask(client::pur(as, alice_impu, client::repository_data("delegated-authorizers", 1, none))).result() ==
             2001U);
  ctl("--reason 'ticket 4711' authorizer suspend waf.example.net");
  BOOST_TEST(settles([&] { return !records("--event 'grants replaced'").empty(); }));
  const auto refused = records("--event refused");
  BOOST_TEST_REQUIRE(refused.size() == 1U);
  BOOST_TEST(refused[0]["who"] == "epcscf.ims.example");
  BOOST_TEST(refused[0]["impi"] == alice);
  BOOST_TEST(refused[0]["authorizer"] == "waf.other.example");
  BOOST_TEST(refused[0]["why"] == "NOT_GRANTED");
  BOOST_TEST(refused[0]["result"] == 5003);
  const auto replaced = records("--event 'grants replaced'");
  BOOST_TEST(replaced[0]["who"] == "as.ims.example");
  BOOST_TEST(replaced[0]["impu"] == alice_impu);
  BOOST_TEST(replaced[0]["now"] == "none");
  const auto acts = records("--event act");
  BOOST_TEST_REQUIRE(acts.size() == 2U);
  BOOST_TEST(acts[1]["act"] == "authorizer suspend");
  BOOST_TEST(acts[1]["why"] == "ticket 4711");
  BOOST_TEST(!acts[1]["who"].get<std::string>().empty());
  BOOST_TEST(records("--event 'act ended'")[1]["exit"] == 0);
  BOOST_TEST(records("--event 'configuration loaded'").size() == 1U);
  // What was printed once is in the chain still, when more was written.
  const std::string before = ctl("audit verify");
  const std::string hash = before.substr(before.find(", ") + 2, 64);
  (void)vouchctl("authorizer key add waf.example.net --jwks-url 'https://user:secret@127.0.0.1:1/jwks?token=secret'");
  BOOST_TEST(ctl("audit verify --hash " + hash).find("to 9") != std::string::npos);
  BOOST_TEST(vouchctl("audit verify --hash " + std::string(64, '0')).exit == 1);
  BOOST_TEST(ctl("audit show").find("secret") == std::string::npos);
  BOOST_TEST(ctl("audit show").find("https://127.0.0.1:1/jwks") != std::string::npos);
  BOOST_TEST(before.find("the chain is whole from record 1 to 7") == 0U);
  epcscf.disconnect();
  as.disconnect();
  BOOST_TEST(stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_record_that_was_changed_is_named) {
  ctl("authorizer suspend waf.example.net");
  ctl("authorizer resume waf.example.net");
  std::ifstream in(log_file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto at = text.find("resume");
  BOOST_TEST_REQUIRE(at != std::string::npos);
  std::ofstream(log_file) << text.replace(at, 6, "nobody");
  const auto verified = vouchctl("audit verify");
  BOOST_TEST(verified.exit == 1);
  BOOST_TEST(verified.output.find("audit.jsonl:3: its hash is not that of what it says") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_is_done_that_cannot_be_written_down_and_the_daemon_does_not_start_without_its_log) {
  std::filesystem::create_directory(log_file);
  const auto act = vouchctl("authorizer suspend waf.example.net");
  BOOST_TEST(act.exit == 1);
  BOOST_TEST(act.output.find("audit.jsonl") != std::string::npos);
  BOOST_TEST(ctl("authorizer list").find("suspended") == std::string::npos);
  BOOST_TEST(start_refused().find("audit.jsonl") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(identities_are_written_as_hashes_where_a_key_is_named) {
  const std::string key = (folder() / "audit.key").string();
  edit("vouchsafe.conf", "#identity_key_file = \"\"", "identity_key_file = \"" + key + "\"");
  BOOST_TEST(start_refused().find("audit.identity_key_file names it") != std::string::npos);
  std::ofstream(key) << "short\n";
  BOOST_TEST(start_refused().find("shorter than 32 octets") != std::string::npos);
  std::ofstream(key) << std::string(64, 'a') << '\n';
  start();
  Peer epcscf(peer());
  BOOST_TEST(epcscf.ask(client::uar(epcscf, alice, alice_impu, Delegation{"waf.other.example"})).result() == 5003U);
  BOOST_TEST(settles([&] { return !records("--event refused").empty(); }));
  const auto refused = records("--event refused").front();
  BOOST_TEST(refused["impi"].get<std::string>().starts_with("hmac:"));
  BOOST_TEST(refused.dump().find("alice") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
