#include "support/attacked.hpp"

#include <csignal>

// What a registration rests on, as it was attacked over sockets. tests/ATTACKS.md names these cases in its table of
// attacks.
namespace vouchsafe::testing {
namespace {

BOOST_FIXTURE_TEST_SUITE(basis_attack, Attacked)

BOOST_AUTO_TEST_CASE(a_challenge_that_failed_or_was_for_another_set_registers_nobody) {
  BOOST_TEST_REQUIRE(
      vouchctl(
          "import -",
          R"({"impis":[{"impi":"two@ims.example","auth":{"scheme":"Digest-AKAv1-MD5","k":"465b5ce8b199b49faa5f0a2ee238a6bc","opc":"cd63cb71954a9f4e48a5994e37a02baf"}}],"impus":[{"impu":"sip:two@ims.example","irs":1},{"impu":"sip:work@ims.example","irs":2}],"visited_networks":["ims.example"]})")
          .exit == 0);
  edit("vouchsafe.conf", "#challenge_lifetime_s = 60", "challenge_lifetime_s = 2");
  start();
  Peer scscf = connect("scscf.ims.example");
  const std::string two = "two@ims.example";
  const auto mar = [&](std::uint32_t items) {
    return scscf.ask(client::mar(scscf, two, "sip:two@ims.example", scscf_name, "Unknown", items)).result();
  };
  const auto sar = [&](const std::string& impu, std::uint32_t type) {
    return scscf.ask(client::sar(scscf, two, {impu}, scscf_name, type)).result();
  };
  for (const std::uint32_t failure : {9U, 10U}) {
    BOOST_TEST(mar(5) == 2001U);
    BOOST_TEST(sar("sip:two@ims.example", failure) == 2001U);
    BOOST_TEST(sar("sip:two@ims.example", 1) == 5003U);
  }
  BOOST_TEST(mar(5) == 2001U);
  BOOST_TEST(sar("sip:work@ims.example", 1) == 5003U);
  std::this_thread::sleep_for(3s);  // it has an end
  BOOST_TEST(sar("sip:two@ims.example", 1) == 5003U);
  BOOST_TEST(mar(1) == 2001U);
  BOOST_TEST(sar("sip:two@ims.example", 1) == 2001U);
}

BOOST_AUTO_TEST_CASE(who_is_only_vouched_for_is_never_challenged) {
  start();
  Peer scscf = connect("scscf.ims.example");
  const Message answer = scscf.ask(client::mar(scscf, dave, dave_impu, scscf_name));
  BOOST_TEST(answer.result() == 5003U);
  BOOST_TEST((reason(answer) == Reason::delegation_required));
  BOOST_TEST(scscf.ask(client::sar(scscf, dave, {dave_impu}, scscf_name, 1)).result() == 5003U);
}

BOOST_AUTO_TEST_CASE(who_registers_by_authentication_alone_is_not_vouched_for) {
  ctl("grant --impi bob@ims.example --authorizer waf.example.net");
  BOOST_TEST(vouchctl("grant --impi bob@ims.example --authorizer waf.example.net")
                 .output.find("bob@ims.example registers by authentication alone") != std::string::npos);
  start();
  Peer epcscf = connect("epcscf.ims.example");
  BOOST_TEST((reason(epcscf.ask(client::uar(epcscf, bob, bob_impu, granted))) == Reason::delegation_not_allowed));
  // A third party that was granted nothing does not learn that there is such a subscriber.
  BOOST_TEST(
      (reason(epcscf.ask(client::uar(epcscf, bob, bob_impu, Delegation{"waf.other.example"}))) == Reason::not_granted));
  ctl("subscriber way --impi bob@ims.example direct-or-delegated");
  BOOST_TEST((reason(epcscf.ask(client::uar(epcscf, bob, bob_impu, granted))) == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(what_a_marking_scscf_says_is_held_against_it) {
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("marking.ims.example");
  const char* name = "sip:marking.ims.example";
  const auto sar = [&](const std::string& text, std::uint32_t type = 1) {
    Message m = client::sar(scscf, alice, {alice_impu}, name, type);
    if (!text.empty()) m.avps.push_back(client::text_avp(494, text, 50, false));
    return scscf.ask(m).result();
  };
  // A challenge that nobody answered, then auth-done from a breached edge.
  BOOST_TEST(scscf.ask(client::mar(scscf, alice, alice_impu, name)).result() == 2001U);
  BOOST_TEST(sar("tna;waf.example.net") == 5003U);
  BOOST_TEST(sar("") == 5003U);
  BOOST_TEST(sar("some-call-id@phone") == 5003U);
  BOOST_TEST_REQUIRE((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::authorized));
  BOOST_TEST(sar("tna;waf.other.example") == 5003U);
  BOOST_TEST(sar("tna;waf.example.net;more") == 2001U);
  // Unanswered challenges do not make it direct.
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(scscf.ask(client::mar(scscf, alice, alice_impu, name)).result() == 2001U);
    BOOST_TEST(sar("tna;waf.example.net", 2) == 2001U);
  }
  BOOST_TEST(registrations().find("direct") == std::string::npos);
  BOOST_TEST(sar("", 5) == 2001U);
  BOOST_TEST(scscf.ask(client::mar(scscf, alice, alice_impu, name)).result() == 2001U);
  BOOST_TEST(sar("auth;ims.example") == 2001U);
  BOOST_TEST(registrations().find("vouched") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(registration_basis_restricts_whoever_sends_it) {
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  const auto sar = [&](std::uint32_t basis) {
    Message m = client::sar(scscf, alice, {alice_impu}, scscf_name, 1);
    m.avps.push_back(client::number_avp(1005, basis, ours, false));
    return scscf.ask(m).result();
  };
  BOOST_TEST_REQUIRE((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::authorized));
  BOOST_TEST(sar(0) == 5003U);
  BOOST_TEST(sar(2) == 5004U);
  BOOST_TEST(sar(1) == 2001U);
}

BOOST_AUTO_TEST_CASE(a_vouching_is_not_washed_off_and_a_termination_not_undone) {
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  vouch(epcscf, scscf);
  BOOST_TEST(scscf.ask(client::mar(scscf, alice, alice_impu, scscf_name)).result() == 2001U);
  BOOST_TEST(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 2)).result() == 2001U);
  ctl("authorizer suspend --deregister waf.example.net");
  const auto m = next(scscf, rtr);
  BOOST_TEST_REQUIRE(m.has_value());
  // It is owed: neither a challenge nor a re-registration makes it void.
  BOOST_TEST(scscf.ask(client::mar(scscf, alice, alice_impu, scscf_name)).result() == 2001U);
  BOOST_TEST(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 2)).result() == 5003U);
  scscf.answer(*m);
  BOOST_TEST(settles([&] { return registrations().empty(); }));
}

BOOST_AUTO_TEST_CASE(a_grant_for_half_of_a_set_registers_none_of_it) {
  const auto half = vouchctl("revoke --impu tel:+15550100 --authorizer waf.example.net");
  BOOST_TEST_REQUIRE(half.exit == 0);
  start();
  Peer epcscf = connect("epcscf.ims.example");
  BOOST_TEST((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::not_granted));
  BOOST_TEST(logged("not covered: tel:+15550100"));
  const auto again = vouchctl("grant --impu sip:alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(again.output.find("tel:+15550100 grants waf.example.net nothing") != std::string::npos);
  ctl("grant --impu sip:alice@ims.example --authorizer waf.example.net --whole-set");
  BOOST_TEST((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(each_set_is_judged_by_its_own_authorizer) {
  BOOST_TEST_REQUIRE(
      vouchctl(
          "import -",
          R"({"impis":[{"impi":"sets@ims.example","way":"delegated"}],"impus":[{"impu":"sip:one@ims.example","irs":1},{"impu":"sip:other@ims.example","irs":2}],"visited_networks":["ims.example"],"authorizers":[{"waf":"waf.example.net","impu":"sip:one@ims.example"},{"waf":"waf.other.example","impu":"sip:other@ims.example"}]})")
          .exit == 0);
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  const auto sar = [&](const char* impu, std::uint32_t type) {
    return scscf.ask(client::sar(scscf, "sets@ims.example", {impu}, scscf_name, type));
  };
  for (const auto& [impu, waf] :
       {std::pair{"sip:one@ims.example", "waf.example.net"}, {"sip:other@ims.example", "waf.other.example"}}) {
    epcscf.ask(client::uar(epcscf, "sets@ims.example", impu, Delegation{waf}));
    BOOST_TEST_REQUIRE(sar(impu, 1).result() == 2001U);
  }
  ctl("authorizer suspend waf.other.example");
  BOOST_TEST((reason(sar("sip:other@ims.example", 2)) == Reason::authorizer_suspended));
  BOOST_TEST(sar("sip:one@ims.example", 2).result() == 2001U);
  ctl("authorizer resume waf.other.example");
  ctl("authorizer suspend waf.example.net");
  BOOST_TEST(sar("sip:other@ims.example", 2).result() == 2001U);
}

BOOST_AUTO_TEST_CASE(a_vouching_where_it_makes_no_sense_is_refused_before_any_look_up) {
  serve_only(R"({ host = "*.ims.example"; roles = [ "s-cscf", "ep-cscf", "i-cscf" ]; })");
  start();
  Peer scscf = connect("scscf.ims.example");
  for (const std::uint32_t type : {0U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U}) {
    for (const char* impi : {"alice@ims.example", "nobody@ims.example"}) {
      Message m = client::sar(scscf, impi, {"sip:" + std::string(impi)}, scscf_name, type);
      m.avps.push_back(client::delegated_authorization({"waf.other.example"}));
      const Message answer = scscf.ask(m);
      BOOST_TEST_CONTEXT("type " << type << " of " << impi) {
        BOOST_TEST(answer.result() == 5008U);
        BOOST_TEST(answer.members(279).front().code == 1001U);
        BOOST_TEST(answer.find(606, client::tgpp) == nullptr);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_vouching_in_a_lir_is_refused_before_any_look_up) {
  start();
  Peer icscf = connect("icscf.ims.example");
  for (const char* impu : {"sip:alice@ims.example", "sip:nobody@ims.example"}) {
    Message m = client::lir(icscf, impu);
    m.avps.push_back(client::delegated_authorization(granted));
    const Message answer = icscf.ask(m);
    BOOST_TEST_CONTEXT(impu) {
      BOOST_TEST(answer.result() == 5008U);
      BOOST_TEST_REQUIRE(answer.members(279).size() == 1U);
      BOOST_TEST(answer.members(279).front().code == 1001U);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_emergency_vouching_registers_no_barred_user) {
  ctl("subscriber bar --impu sip:dave@ims.example");
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  Message m = client::uar(epcscf, dave, dave_impu, granted);
  m.avps.push_back(client::number_avp(637, 1, client::tgpp, false));
  BOOST_TEST((reason(epcscf.ask(m)) == Reason::authorized));
  BOOST_TEST(scscf.ask(client::sar(scscf, dave, {dave_impu}, scscf_name, 1)).result() == 5003U);
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(a_vouching_serves_one_registration) {
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  Peer other = connect("scscf2.ims.example");
  BOOST_TEST_REQUIRE((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::authorized));
  const Message first = client::sar(scscf, alice, {alice_impu}, scscf_name, 1);
  BOOST_TEST(scscf.ask(first).result() == 2001U);
  BOOST_TEST(scscf.ask(first).result() == 2001U);  // sent again
  BOOST_TEST(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 5)).result() == 2001U);
  BOOST_TEST(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 5003U);
  BOOST_TEST(other.ask(client::sar(other, alice, {alice_impu}, "sip:scscf2.ims.example", 1)).result() == 5003U);
}

BOOST_AUTO_TEST_CASE(what_a_monitored_check_let_in_is_told_and_ends_when_it_is_enforced) {
  edit("vouchsafe.conf", "#everywhere =", "everywhere =");
  start();
  BOOST_TEST(logged("VS-0304 NOT ENFORCED: DELEGATION_REQUIRED for everybody"));
  Peer scscf = connect("scscf.ims.example");
  BOOST_TEST(scscf.ask(client::sar(scscf, bob, {bob_impu}, scscf_name, 1)).result() == 2001U);
  BOOST_TEST(registrations().find("monitored: DELEGATION_REQUIRED") != std::string::npos);
  edit("vouchsafe.conf", "everywhere =", "#everywhere =");
  signal(SIGUSR1);
  const auto m = next(scscf, rtr);
  BOOST_TEST_REQUIRE(m.has_value());
  scscf.answer(*m);
  BOOST_TEST(settles([&] { return registrations().empty(); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
