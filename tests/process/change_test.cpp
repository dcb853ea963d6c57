#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>
#include <signal.h>

#include <future>
#include <set>

// Changes have effects: what the HSS sends by itself, to an S-CSCF that is played by this test.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Message;
using client::Peer;
using client::tgpp;
using namespace std::chrono_literals;

struct Change : HssProcess {
  Change() {
    edit("vouchsafe.conf", "#timeout_ms = 5000", "timeout_ms = 700");
    edit("vouchsafe.conf", "#first_retry_ms = 1000", "first_retry_ms = 100");
    edit("vouchsafe.conf", "#tries = 8", "tries = 3");
    start();
  }

  /// alice by her WAF's word, bob by AKA, at one S-CSCF.
  void register_both(Peer& epcscf, Peer& scscf) {
    vouch(epcscf, scscf);
    BOOST_TEST_REQUIRE(scscf.ask(client::mar(scscf, bob, bob_impu, scscf_name)).result() == 2001U);
    BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, bob, {bob_impu}, scscf_name, 1)).result() == 2001U);
  }
  static void vouch(Peer& epcscf, Peer& scscf) {
    const auto uaa = epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{"waf.example.net"}));
    BOOST_TEST_REQUIRE(uaa.result() >= experimental + 2001);
    BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  }

  /// The next request of the HSS's own; the test fails when none comes.
  static Message next(Peer& peer, std::uint32_t command, std::chrono::milliseconds wait = 3s) {
    const auto message = peer.receive(wait);
    BOOST_TEST_REQUIRE(message.has_value());
    BOOST_TEST_REQUIRE(message->is_request());
    BOOST_TEST_REQUIRE(message->command == command);
    return *message;
  }
  static bool quiet(Peer& peer, std::chrono::milliseconds wait = 300ms) { return !peer.receive(wait).has_value(); }

  static std::vector<std::string> impus(const Message& m) {
    std::vector<std::string> out;
    for (const auto& avp : m.all(601, tgpp)) out.push_back(avp.data);
    return out;
  }
  static std::string reason_info(const Message& m) {
    const auto group = m.members(615, tgpp);
    const auto* info = client::find_in(group, 617, tgpp);
    return info == nullptr ? std::string{} : info->data;
  }

  [[nodiscard]] bool nothing_owed() const {
    return settles([this] { return ctl("outbox list").empty(); });
  }
};

BOOST_FIXTURE_TEST_SUITE(change, Change)

BOOST_AUTO_TEST_CASE(a_revoked_grant_deregisters_exactly_what_rests_on_it) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  register_both(epcscf, scscf);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  const Message m = next(scscf, rtr);
  BOOST_TEST(m.application == 16777216U);
  BOOST_TEST(m.text(1) == alice);
  BOOST_TEST(m.text(293) == "scscf.ims.example");
  BOOST_TEST(m.text(283) == "ims.example");
  BOOST_TEST(m.find(277)->number() == 1U);
  BOOST_TEST(impus(m) == (std::vector<std::string>{alice_impu, "tel:+15550100"}), boost::test_tools::per_element());
  BOOST_TEST(client::find_in(m.members(615, tgpp), 616, tgpp)->number() == 0U);  // PERMANENT_TERMINATION
  BOOST_TEST(reason_info(m) == "waf.example.net: NOT_GRANTED");
  // Until the S-CSCF has answered, the registration is marked, and does not carry a re-registration.
  BOOST_TEST(registrations().find("leaving") != std::string::npos);
  BOOST_TEST(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 2)).result() == 5003U);
  scscf.answer(m);
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().find(alice) == std::string::npos);
  BOOST_TEST(registrations().find(bob) != std::string::npos);
  BOOST_TEST(quiet(scscf));
}

BOOST_AUTO_TEST_CASE(a_direct_registration_of_the_same_subscriber_is_left_alone) {
  Peer scscf(peer("scscf.ims.example"));
  BOOST_TEST_REQUIRE(scscf.ask(client::mar(scscf, alice, alice_impu, scscf_name)).result() == 2001U);
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  ctl("revoke --impu tel:+15550100 --authorizer waf.example.net");
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  const Message m = next(scscf, ppr);  // the S-CSCF learns that nobody may vouch any more, and nothing else
  BOOST_TEST(m.find(656, tgpp) != nullptr);
  BOOST_TEST(m.members(656, tgpp).empty());
  scscf.answer(m);
  BOOST_TEST(quiet(scscf));
  BOOST_TEST(registrations().find("direct") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_names_that_may_vouch_go_to_the_scscf_when_they_change) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  vouch(epcscf, scscf);
  ctl("grant --impu sip:alice@ims.example --authorizer waf.other.example");
  const Message m = next(scscf, ppr);
  BOOST_TEST(m.text(1) == alice);
  BOOST_TEST(m.find(606, tgpp) == nullptr);  // only what has changed
  const auto names = m.members(656, tgpp);
  BOOST_TEST(names.size() == 2U);
  BOOST_TEST(client::find_in(names, 657, tgpp) != nullptr);
  scscf.answer(m);
  BOOST_TEST(nothing_owed());
}

BOOST_AUTO_TEST_CASE(a_suspension_holds_or_deregisters) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  register_both(epcscf, scscf);
  ctl("authorizer suspend waf.example.net");
  const Message told = next(scscf, ppr);  // nobody may vouch now
  BOOST_TEST(told.members(656, tgpp).empty());
  scscf.answer(told);
  BOOST_TEST(quiet(scscf));
  BOOST_TEST(registrations().find(alice) != std::string::npos);
  auto waiting = std::async(std::launch::async,
                            [this] { return vouchctl("authorizer suspend --deregister --wait waf.example.net"); });
  const Message m = next(scscf, rtr);
  BOOST_TEST(m.text(1) == alice);
  BOOST_TEST(reason_info(m) == "waf.example.net: AUTHORIZER_SUSPENDED");
  scscf.answer(m);
  const auto waited = waiting.get();
  BOOST_TEST_CONTEXT(waited.output) BOOST_TEST(waited.exit == 0);
  BOOST_TEST(registrations().find(alice) == std::string::npos);
  BOOST_TEST(registrations().find(bob) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_authorizer_that_is_removed_takes_its_registrations_along) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  vouch(epcscf, scscf);
  ctl("authorizer remove waf.example.net");
  scscf.answer(next(scscf, rtr));
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(a_grant_ends_by_the_clock_without_any_request) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  const auto soon = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + 3s;
  const auto text =
      run("date -u -d @" + std::to_string(soon.time_since_epoch().count()) + " +%Y-%m-%dT%H:%M:%SZ").output;
  ctl("grant --impu sip:alice@ims.example --authorizer waf.example.net --not-after " + text.substr(0, 20));
  vouch(epcscf, scscf);
  const Message m = next(scscf, rtr, 6s);
  BOOST_TEST((std::chrono::system_clock::now() >= soon));
  BOOST_TEST(reason_info(m) == "waf.example.net: GRANT_EXPIRED");
  scscf.answer(m);
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(a_deleted_subscriber_and_a_barred_set_are_deregistered) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  register_both(epcscf, scscf);
  ctl("subscriber delete --impi alice@ims.example");
  const Message deleted = next(scscf, rtr);
  BOOST_TEST(deleted.text(1) == alice);
  scscf.answer(deleted);
  ctl("subscriber bar --impu sip:bob@ims.example");
  const Message partly = next(scscf, ppr);  // one of two: only the profile has changed
  BOOST_TEST(partly.text(606, tgpp).find("<BarringIndication>1</BarringIndication>") != std::string::npos);
  scscf.answer(partly);
  ctl("subscriber bar --impu tel:+15550101");
  const Message barred = next(scscf, rtr);
  BOOST_TEST(barred.text(1) == bob);
  BOOST_TEST(reason_info(barred) == "barred");
  scscf.answer(barred);
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(an_scscf_that_is_away_gets_it_when_it_is_back) {
  Peer epcscf(peer());
  {
    Peer scscf(peer("scscf.ims.example"));
    vouch(epcscf, scscf);
  }
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(logged("VS-0502"), log());
  BOOST_TEST(registrations().find("leaving") != std::string::npos);
  Peer back(peer("scscf.ims.example"));
  back.answer(next(back, rtr, 10s));
  BOOST_TEST(nothing_owed());
  BOOST_TEST(logged("VS-0503"));
}

BOOST_AUTO_TEST_CASE(an_scscf_that_never_answers_is_asked_again_impu_by_impu_and_given_up) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  vouch(epcscf, scscf);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(impus(next(scscf, rtr)).size() == 2U);
  std::vector<std::string> named;
  for (int i = 0; i < 4; ++i) {
    const auto one = impus(next(scscf, rtr));
    BOOST_TEST_REQUIRE(one.size() == 1U);
    named.push_back(one.front());
  }
  BOOST_TEST(quiet(scscf, 1500ms));
  BOOST_TEST(std::count(named.begin(), named.end(), alice_impu) == 2);
  BOOST_TEST(logged("VS-0501"));
  BOOST_TEST(vouchctl("outbox list --given-up").output.find("no answer in time") != std::string::npos);
  BOOST_TEST(registrations().empty());
  ctl("outbox retry");
  scscf.answer(next(scscf, rtr));
  scscf.answer(next(scscf, rtr));
  BOOST_TEST(nothing_owed());
  BOOST_TEST(vouchctl("outbox list --given-up").output.empty());
}

BOOST_AUTO_TEST_CASE(an_error_is_tried_again_and_user_unknown_is_the_end) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  vouch(epcscf, scscf);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  scscf.answer(next(scscf, rtr), 5012);
  scscf.answer(next(scscf, rtr), experimental + 5001);
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(nothing_registers_at_the_scscf_that_is_owed_a_termination_until_it_is_answered) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  vouch(epcscf, scscf);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  scscf.answer(next(scscf, rtr), 5012);
  const auto phone = [&] {
    BOOST_TEST(scscf.ask(client::mar(scscf, alice, alice_impu, scscf_name)).result() == 2001U);
    return scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result();
  };
  BOOST_TEST(phone() == 5003U);
  scscf.answer(next(scscf, rtr));
  BOOST_TEST(nothing_owed());
  BOOST_TEST(phone() == 2001U);
  BOOST_TEST(registrations().find("direct") != std::string::npos);
  BOOST_TEST(registrations().find("leaving") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_profile_goes_to_the_scscf_and_identities_that_are_gone_leave) {
  Peer epcscf(peer());
  Peer scscf(peer("scscf.ims.example"));
  vouch(epcscf, scscf);
  const std::string charging =
      R"({"impis":[{"impi":"alice@ims.example","way":"direct-or-delegated","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:alice@ims.example"},{"impu":"tel:+15550100"}],"charging":{"primary_event":"aaa://ecf.ims.example"}})";
  BOOST_TEST(vouchctl("update -", charging).exit == 0);
  const Message told = next(scscf, ppr);
  BOOST_TEST(told.text(606, tgpp).find("<Identity>sip:alice@ims.example</Identity>") != std::string::npos);
  BOOST_TEST(client::find_in(told.members(618, tgpp), 619, tgpp)->data == "aaa://ecf.ims.example");
  scscf.answer(told);
  const std::string other =
      R"({"impis":[{"impi":"alice@ims.example","way":"direct-or-delegated","auth":{"scheme":"GIBA"}}],"impus":[{"impu":"sip:alice2@ims.example"}]})";
  BOOST_TEST(vouchctl("update -", other).exit == 0);
  const Message gone = next(scscf, rtr);
  BOOST_TEST(impus(gone) == (std::vector<std::string>{alice_impu, "tel:+15550100"}), boost::test_tools::per_element());
  scscf.answer(gone);
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
  BOOST_TEST(vouchctl("subscriber show --impu sip:alice@ims.example").exit == 4);
  BOOST_TEST(vouchctl("update -", "{}").exit == 3);
}

BOOST_AUTO_TEST_CASE(a_mass_deregistration_goes_on_where_a_kill_interrupted_it) {
  constexpr int users = 60;
  const auto made = run(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/generate-subscribers " + std::to_string(users));
  BOOST_TEST_REQUIRE(vouchctl("import -", made.output).exit == 0);
  const auto name = [](int n) {
    return "user000000" + std::string(n < 10 ? "0" : "") + std::to_string(n) + "@ims.example";
  };
  std::set<std::string> ended;
  {
    Peer epcscf(peer());
    Peer scscf(peer("scscf.ims.example"));
    for (int n = 0; n < users; ++n) {
      epcscf.ask(client::uar(epcscf, name(n), "sip:" + name(n), client::Delegation{"waf.example.net"}));
      BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, name(n), {"sip:" + name(n)}, scscf_name, 1)).result() == 2001U);
    }
    ctl("authorizer suspend --deregister waf.example.net");
    for (int i = 0; i < 10; ++i) {
      const Message m = next(scscf, rtr);
      ended.insert(m.text(1));
      scscf.answer(m);
    }
    kill();
  }
  start();
  Peer back(peer("scscf.ims.example"));
  while (ended.size() < users) {
    const Message m = next(back, rtr, 10s);
    ended.insert(m.text(1));
    back.answer(m);
  }
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(what_is_owed_survives_kill_9_and_is_sent_after_the_restart) {
  Peer epcscf(peer());
  {
    Peer scscf(peer("scscf.ims.example"));
    vouch(epcscf, scscf);
    ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
    next(scscf, rtr);  // on its way, not answered
    kill();
  }
  start();
  Peer back(peer("scscf.ims.example"));
  const Message again = next(back, rtr, 10s);
  BOOST_TEST(again.text(1) == alice);
  back.answer(again);
  BOOST_TEST(nothing_owed());
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
