#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>

// What an operator does to a daemon, and what happens to it.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::ours;
using client::Peer;

std::uint32_t reason(const client::Message& answer) {
  const auto* avp = answer.find(1003, ours);
  return avp == nullptr ? 999 : avp->number();
}

BOOST_FIXTURE_TEST_CASE(the_hss_honours_vouchctl_at_the_next_request, HssProcess) {
  start();
  Peer epcscf(peer());
  const auto ask = [&] {
    return reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"})));
  };
  BOOST_TEST(ask() == 0U);
  ctl("authorizer suspend waf.example.net");
  BOOST_TEST(ask() == 4U);
  ctl("authorizer resume waf.example.net");
  BOOST_TEST(ask() == 0U);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(ask() == 10U);
  ctl("grant --impi alice@ims.example --authorizer WAF.example.net --not-before 2035-01-01T00:00:00Z");
  BOOST_TEST(ask() == 11U);
  ctl("grant --impi alice@ims.example --authorizer waf.example.net --not-after 2020-01-01T00:00:00Z");
  BOOST_TEST(ask() == 12U);
  ctl("grant --impi alice@ims.example --authorizer waf.example.net --wwsf shop.example");
  BOOST_TEST(ask() == 13U);
  ctl("grant --impi alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(ask() == 0U);
  ctl("authorizer remove waf.example.net");
  BOOST_TEST(ask() == 3U);
  ctl("authorizer add --require-token waf.example.net");
  BOOST_TEST(ask() == 5U);
  ctl("subscriber delete --impi alice@ims.example");
  // The vouching that was remembered does not stand any more: a plain request is one for a user that is unknown.
  BOOST_TEST(epcscf.ask(client::uar(epcscf, alice, alice_impu)).result() == experimental + 5001);
}

BOOST_FIXTURE_TEST_CASE(a_vouching_that_was_remembered_does_not_outlive_its_grant, HssProcess) {
  start();
  Peer epcscf(peer());
  BOOST_TEST(reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"}))) == 0U);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(reason(epcscf.ask(client::sar(epcscf, alice, {alice_impu}, scscf_name, 1))) == 1U);
  BOOST_TEST(logged("vouched for by waf.example.net: NOT_GRANTED"));
  BOOST_TEST(registrations().empty());
}

BOOST_FIXTURE_TEST_CASE(two_operators_who_change_one_subscription_at_once_both_get_what_they_asked_for, HssProcess) {
  const std::string ctl = std::string(VOUCHSAFE_BUILD_DIR) + "/vouchctl --config " + config() + " subscriber ";
  for (int round = 0; round < 20; ++round) {
    for (const char* act : {"bar", "unbar"}) {
      const std::string command = ctl + act + " --impu ";
      const auto done = run(command + "sip:alice@ims.example & " + command + "tel:+15550100; wait");
      BOOST_TEST_REQUIRE(done.exit == 0);
      const std::string shown = vouchctl("--json subscriber show --impi alice@ims.example").output;
      const std::string wrong = std::string("\"barred\":") + (std::string(act) == "bar" ? "false" : "true");
      BOOST_TEST_CONTEXT(round << ": " << shown) BOOST_TEST_REQUIRE(shown.find(wrong) == std::string::npos);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(vouchctl_tells_by_its_exit_code_what_happened, HssProcess) {
  BOOST_TEST(vouchctl("authorizer add waf.example.net").exit == 5);
  BOOST_TEST(vouchctl("authorizer suspend nobody.example").exit == 4);
  BOOST_TEST(vouchctl("grant --impu sip:nobody@ims.example --authorizer waf.example.net").exit == 4);
  BOOST_TEST(vouchctl("grant --impu nonsense --authorizer waf.example.net").exit == 2);
  BOOST_TEST(vouchctl("no-such-command").exit == 2);
  BOOST_TEST(vouchctl("subscriber show --impi nobody@ims.example").exit == 4);
  BOOST_TEST(vouchctl("check-config").exit == 0);
  BOOST_TEST(ctl("check-config --options")
                 .find("outbox.keep_h = 24  (default 24; in hours, 1 to 8760; a change needs a restart)") !=
             std::string::npos);
  BOOST_TEST(vouchctl("--database /nowhere/x.db grants").exit == 1);
  const auto import = vouchctl(
      "import -",
      "{\"impis\":1}\n\nnot json\n" +
          std::string(
              R"({"impis":[{"impi":"new@ims.example","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:new@ims.example"}]})") +
          "\n" +
          R"({"impis":[{"impi":"alice@ims.example","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:x@ims.example"}]})" +
          "\n" +
          R"({"impis":[{"impi":"w@ims.example","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:w@ims.example"}],"authorizers":[{"waf":"unknown.example","impu":"sip:w@ims.example"}]})" +
          "\n");
  BOOST_TEST(import.exit == 3);
  BOOST_TEST_CONTEXT(import.output) {
    BOOST_TEST(import.output.find("line 1: impis: must be a list") != std::string::npos);
    BOOST_TEST(import.output.find("line 3: not JSON") != std::string::npos);
    BOOST_TEST(import.output.find("line 5: alice@ims.example is there already") != std::string::npos);
    BOOST_TEST(import.output.find("line 6: authorizer unknown.example is not in the registry") != std::string::npos);
    BOOST_TEST(import.output.find("1 imported, 4 lines left out") != std::string::npos);
  }
  const std::string line =
      R"({"impis":[{"impi":"dry@ims.example","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:dry@ims.example"}]})";
  BOOST_TEST(vouchctl("import --dry-run -", line).exit == 0);
  BOOST_TEST(vouchctl("subscriber show --impi dry@ims.example").exit == 4);
}

BOOST_FIXTURE_TEST_CASE(an_import_tells_of_each_grant_that_will_carry_no_registration, HssProcess) {
  const std::string authorizers = R"(],"authorizers":[{"waf":"waf.example.net","impu":"sip:)";
  const auto line = [&](const std::string& user, const std::string& way, const std::string& more) {
    return R"({"impis":[{"impi":")" + user + R"(@ims.example","way":")" + way +
           R"(","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:)" + user + R"(@ims.example"})" + more + authorizers +
           user + "@ims.example\"}]}\n";
  };
  const std::string told = ctl("import -", line("good", "direct-or-delegated", "") + line("direct", "direct", "") +
                                               line("half", "delegated", R"(,{"impu":"sip:rest@ims.example"})"));
  BOOST_TEST_CONTEXT(told) {
    BOOST_TEST(told.find("line 1:") == std::string::npos);
    BOOST_TEST(told.find("line 2: direct@ims.example registers by authentication alone") != std::string::npos);
    BOOST_TEST(told.find("line 3: set 1 is covered in part: sip:rest@ims.example grants waf.example.net nothing") !=
               std::string::npos);
    BOOST_TEST(told.find("3 imported, 0 lines left out") != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(rekey_goes_on_under_a_running_hss, HssProcess) {
  start();
  Peer s(peer("scscf.ims.example"));
  const auto rekeyed = vouchctl("rekey");
  BOOST_TEST(rekeyed.output.find("3 secrets are sealed with key 2") != std::string::npos);
  BOOST_TEST(s.ask(client::mar(s, alice, alice_impu, scscf_name)).result() == 2001U);
}

BOOST_FIXTURE_TEST_CASE(sigusr1_reads_the_configuration_again_and_a_mistake_leaves_it_as_it_was, HssProcess) {
  serve_only("{ host = \"*.ims.example\"; roles = [ \"i-cscf\" ]; }");
  start();
  Peer stranger(peer("stranger.ims.example"));
  const auto ask = [&] {
    return reason(stranger.ask(client::uar(stranger, alice, alice_impu, client::Delegation{"waf.example.net"})));
  };
  BOOST_TEST(ask() == 2U);
  edit("vouchsafe.conf", "\"i-cscf\"", "\"i-cscf\", \"ep-cscf\"");
  signal(SIGUSR1);
  BOOST_TEST(logged("VS-0202"));
  BOOST_TEST(ask() == 0U);
  edit("vouchsafe.conf", "host = \"*.ims", "hast = \"*.ims");
  signal(SIGUSR1);
  BOOST_TEST(logged("VS-0201"));
  BOOST_TEST(logged("hast: unknown key"));
  BOOST_TEST(ask() == 0U);
}

BOOST_FIXTURE_TEST_CASE(the_daemon_ends_cleanly_and_refuses_a_bad_start, HssProcess) {
  start();
  BOOST_TEST(stop() == 0);
  edit("vouchsafe.conf", "core_dumps = false", "core_dump = false");
  edit("vouchsafe.conf", "#core_dump =", "core_dump =");
  BOOST_TEST(start_refused().find("core_dump: unknown key") != std::string::npos);
  edit("vouchsafe.conf", "core_dump = false", "core_dumps = false");
  std::filesystem::permissions(folder() / "hss.keys", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  BOOST_TEST(start_refused().find("chmod 0600") != std::string::npos);
  std::filesystem::permissions(folder() / "hss.keys", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::remove);
  std::filesystem::rename(folder() / "hss.db", folder() / "away.db");
  BOOST_TEST(start_refused().find("make it with vouchctl init") != std::string::npos);
  std::filesystem::rename(folder() / "away.db", folder() / "hss.db");
  start();
}

BOOST_FIXTURE_TEST_CASE(it_stands_beside_debians_3gpp_dictionary_in_either_order, HssProcess) {
  const std::string ours_line =
      "LoadExtension = \"" + std::string(VOUCHSAFE_BUILD_DIR) + "/extensions/dict_vouchsafe.fdx\"";
  const std::string others =
      "LoadExtension = \"dict_nasreq.fdx\";\nLoadExtension = \"dict_dcca.fdx\";\nLoadExtension = "
      "\"dict_dcca_3gpp.fdx\";\n";
  const std::string sip = "LoadExtension = \"dict_sip.fdx\";\n";  // RFC 4740 has commands of the same names
  const auto works = [&] {
    start();
    Peer epcscf(peer());
    BOOST_TEST(reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"}))) == 0U);
    client::Message m = client::uar(epcscf, alice, alice_impu);
    m.avps.push_back(client::number_avp(623, 7, client::tgpp));
    BOOST_TEST(epcscf.ask(m).result() == 5004U);
    epcscf.disconnect();
    BOOST_TEST(stop() == 0);
  };
  edit("freeDiameter.conf", ours_line, sip + others + ours_line);
  works();
  // Later versions' dict_dcca_3gpp takes nobody's definition but its own: there it must be the first.
  if (run("freeDiameterd --version").output.find("version 1.2.") == std::string::npos) return;
  edit("freeDiameter.conf", sip + others, "");
  edit("freeDiameter.conf", "LoadExtension = \"" + std::string(VOUCHSAFE_BUILD_DIR) + "/extensions/vouchsafe.fdx\"",
       others + "LoadExtension = \"" + std::string(VOUCHSAFE_BUILD_DIR) + "/extensions/vouchsafe.fdx\"");
  works();
}

BOOST_FIXTURE_TEST_CASE(a_database_that_goes_away_is_5012_and_comes_back, HssProcess) {
  start();
  Peer epcscf(peer());
  std::filesystem::rename(folder() / "hss.db", folder() / "away.db");
  ::usleep(200000);
  for (int i = 0; i < 20; ++i) {
    const auto answer = epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"}));
    BOOST_TEST(answer.result() == 5012U);
    BOOST_TEST(reason(answer) == 999U);
  }
  BOOST_TEST(epcscf.ask(client::mar(epcscf, alice, alice_impu, scscf_name)).result() == 5012U);
  std::filesystem::rename(folder() / "away.db", folder() / "hss.db");
  ::usleep(200000);
  BOOST_TEST(reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"}))) == 0U);
  const std::string text = log();
  BOOST_TEST(text.find("VS-0401") == text.rfind("VS-0401"));
}

/// The procedure refuses within the transaction, and the commit fails after it: what was answered is an error.
BOOST_FIXTURE_TEST_CASE(a_refusal_that_was_not_answered_is_not_told, HssProcess) {
  start();
  Peer epcscf(peer());
  const auto refused = [&] { return epcscf.ask(client::sar(epcscf, bob, {bob_impu}, scscf_name, 1)).result(); };
  BOOST_TEST(refused() == 5003U);
  BOOST_TEST(logged("VS-0301"));
  const std::string before = log();
  for (int i = 0; i < 10; ++i) {
    (void)epcscf.ask(client::uar(epcscf, alice, alice_impu));  // the file was there when it was last looked for
    std::filesystem::rename(folder() / "hss.db", folder() / "away.db");
    BOOST_TEST(refused() == 5012U);
    std::filesystem::rename(folder() / "away.db", folder() / "hss.db");
    ::usleep(120000);
  }
  BOOST_TEST(refused() == 5003U);
  BOOST_TEST(stop() == 0);
  const std::string text = log().substr(before.size());
  BOOST_TEST_REQUIRE(text.find("VS-0301") != std::string::npos);
  BOOST_TEST(text.find("VS-0301") == text.rfind("VS-0301"));
  // Some of them came as far as the commit; the others found no file to read.
  BOOST_TEST(text.find("the database file was taken away") != std::string::npos);
}

/// The SQN that a MAA's vector was made for cannot be read without K; RAND || AUTN differs anyway when the SQN does.
/// What the database says of the SQN is compared instead.
struct Storm : HssProcess {
  static constexpr int users = 200;
  Storm() {
    const auto made = run(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/generate-subscribers " + std::to_string(users));
    const auto imported = vouchctl("import -", made.output);
    if (imported.exit != 0) throw std::runtime_error(imported.output);
  }
  static std::string user(int n) {
    std::string digits = std::to_string(n);
    return "user" + std::string(8 - digits.size(), '0') + digits + "@ims.example";
  }
};

BOOST_FIXTURE_TEST_CASE(kill_9_in_a_storm_loses_no_answered_sar_and_gives_no_sqn_out_twice, Storm) {
  std::map<int, int> vectors;  // answered MARs of each user
  std::set<int> registered;    // users whose SAR was answered
  int answered = 0;
  for (int round = 0; round < 8; ++round) {
    start();
    try {
      Peer s(peer("scscf.ims.example"));
      std::map<std::uint32_t, std::pair<bool, int>> in_flight;  // hop-by-hop: is it a SAR, and whose
      int next = round * users / 8;
      const auto send_mar = [&](int n) {
        in_flight[s.send(client::mar(s, user(n), "sip:" + user(n), scscf_name))] = {false, n};
      };
      for (int i = 0; i < 40; ++i) send_mar(next++ % users);
      const int end = 150 + 130 * round;
      for (int got = 0; got < end; ++got) {
        const auto message = s.receive(std::chrono::milliseconds{5000});
        if (!message) break;
        const auto [is_sar, n] = in_flight[message->hop_by_hop];
        if (message->result() != 2001U) continue;
        ++answered;
        if (is_sar) {
          registered.insert(n);
          send_mar(next++ % users);
        } else {
          ++vectors[n];
          in_flight[s.send(client::sar(s, user(n), {"sip:" + user(n)}, scscf_name, 1))] = {true, n};
        }
      }
      kill();  // with forty requests in flight
      s.drop();
    } catch (const std::exception& e) {
      BOOST_TEST_MESSAGE(e.what());
      if (running()) kill();
    }
  }
  BOOST_TEST(answered > 1000);
  std::map<std::string, std::string> exported;
  std::istringstream lines(vouchctl("export").output);
  for (std::string line; std::getline(lines, line);) {
    for (int n = 0; n < users; ++n) {
      if (line.find("\"" + user(n) + "\"") != std::string::npos) exported[user(n)] = line;
    }
  }
  for (const int n : registered)
    BOOST_TEST_CONTEXT(user(n)) BOOST_TEST(exported[user(n)].find("\"provenance\":\"direct\"") != std::string::npos);
  for (const auto& [n, count] : vectors) {
    const auto at = exported[user(n)].find("\"sqn\":\"");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const auto seq = std::stoull(exported[user(n)].substr(at + 7, 12), nullptr, 16) >> 5U;
    BOOST_TEST_CONTEXT(user(n))
    BOOST_TEST(seq >= static_cast<unsigned long long>(count));  // each answered vector moved SEQ by one
  }
}

}  // namespace
}  // namespace vouchsafe::testing
