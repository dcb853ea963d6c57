#include "domain/role.hpp"
#include "support/attacked.hpp"

#include <functional>
#include <set>

// Who speaks, and to whom the HSS does, as it was attacked over sockets. tests/ATTACKS.md names these cases in its
// table of attacks.
namespace vouchsafe::testing {
namespace {

BOOST_FIXTURE_TEST_SUITE(speaker_attack, Attacked)

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_in_another_name_is_refused_and_named) {
  ctl("as allow provisioning.ims.example --may read,write --service-indication delegated-authorizers");
  start();
  Peer lowly(client::as_options(peer("as.ims.example"), "as.ims.example"));
  const auto refused = [&](const Message& m) { BOOST_TEST(lowly.ask(m).result() == 5003U); };
  refused(in_the_name_of("scscf.ims.example", client::mar(lowly, bob, bob_impu, scscf_name)));
  refused(in_the_name_of("scscf.ims.example", client::sar(lowly, bob, {bob_impu}, scscf_name, 1)));
  refused(in_the_name_of("icscf.ims.example", client::lir(lowly, bob_impu)));
  refused(in_the_name_of("hss.ims.example", client::uar(lowly, bob, bob_impu)));
  const std::string document = client::repository_data(
      "delegated-authorizers", 0, "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\"/>");
  refused(in_the_name_of("provisioning.ims.example", client::pur(lowly, bob_impu, document)));
  const Message answer =
      lowly.ask(in_the_name_of("epcscf.ims.example", client::uar(lowly, alice, alice_impu, granted)));
  BOOST_TEST(answer.result() == 5003U);
  BOOST_TEST((reason(answer) == Reason::relay_not_trusted));
  BOOST_TEST(logged("VS-0110 peer as.ims.example sent"));
  BOOST_TEST(logged("in the name of epcscf.ims.example"));
  BOOST_TEST(registrations().empty());
}

BOOST_AUTO_TEST_CASE(a_client_sends_what_its_role_allows_and_nothing_else) {
  start();
  Peer as(client::as_options(peer("as.ims.example"), "as.ims.example"));
  Peer icscf = connect("icscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  Peer stranger = connect("stranger.ims.example");
  BOOST_TEST(as.ask(client::mar(as, bob, bob_impu, scscf_name)).result() == 5003U);
  BOOST_TEST(as.ask(client::sar(as, "", {bob_impu}, scscf_name, 3)).result() == 5003U);
  BOOST_TEST(icscf.ask(client::mar(icscf, bob, bob_impu, scscf_name)).result() == 5003U);
  BOOST_TEST(scscf.ask(client::uar(scscf, bob, bob_impu)).result() == 5003U);
  BOOST_TEST(icscf.ask(client::uar(icscf, bob, bob_impu)).result() == experimental + 2001);
  const Message carried = icscf.ask(client::uar(icscf, alice, alice_impu, granted));
  BOOST_TEST((reason(carried) == Reason::relay_not_trusted));
  BOOST_TEST(stranger.ask(client::lir(stranger, bob_impu)).result() == 5003U);
  BOOST_TEST(logged("VS-0111 peer stranger.ims.example"));
  BOOST_TEST(logged("with the role i-cscf to clients in vouchsafe.conf"));
}

/// A command of a client, and who may send it.
struct Right {
  const char* command;
  std::function<Message(Peer&)> make;
  std::set<std::string> roles;
};

BOOST_AUTO_TEST_CASE(each_command_is_taken_from_the_roles_that_may_send_it_and_from_no_other) {
  const std::vector<Right> rights = {
      {"UAR", [](Peer& p) { return client::uar(p, bob, bob_impu); }, {"i-cscf", "ep-cscf"}},
      {"LIR", [](Peer& p) { return client::lir(p, bob_impu); }, {"i-cscf"}},
      {"MAR", [](Peer& p) { return client::mar(p, bob, bob_impu, scscf_name); }, {"s-cscf"}},
      {"SAR", [](Peer& p) { return client::sar(p, bob, {bob_impu}, scscf_name, 5); }, {"s-cscf"}},  // else 5012
      {"UDR", [](Peer& p) { return client::udr(p, bob_impu, {11}); }, {"as"}},
      {"PUR", [](Peer& p) { return client::pur(p, bob_impu, client::repository_data("x", 0, "<x/>")); }, {"as"}},
      {"SNR", [](Peer& p) { return client::snr(p, bob_impu, 11); }, {"as"}}};
  const std::vector<std::string> roles = {"i-cscf", "s-cscf", "ep-cscf", "as"};
  BOOST_TEST(role_names == roles, boost::test_tools::per_element());
  std::string clients;
  for (const auto& role : roles)
    clients +=
        (clients.empty() ? "" : ",\n") + ("{ host = \"" + role + ".ims.example\"; roles = [ \"" + role + "\" ]; }");
  serve_only(clients);
  start();
  for (const auto& role : roles) {
    client::PeerOptions options = peer(role + ".ims.example");
    options.applications.push_back(client::sh_application);
    Peer sender(options);
    for (const auto& right : rights) {
      const auto result = sender.ask(right.make(sender)).result();
      BOOST_TEST_CONTEXT(right.command << " of " << role << ": " << result)
      BOOST_TEST((result != 5003U) == right.roles.contains(role));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_hss_that_would_serve_nobody_does_not_start) {
  serve_only("");
  const std::string text = start_refused();
  BOOST_TEST(text.find("vouchsafe.conf: clients: nobody is served") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(an_agent_speaks_for_its_clients_and_carries_what_is_sent_to_them) {
  edit("vouchsafe.conf", "clients =",
       "agents = ( { peer = \"dra.ims.example\"; speaks_for = [ \"scscf.ims.example\", \"hss.ims.example\" ]; } );\n"
       "clients =");
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer dra = connect("dra.ims.example");
  BOOST_TEST_REQUIRE((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::authorized));
  const auto by_scscf = [&](Message m) { return in_the_name_of("scscf.ims.example", std::move(m)); };
  BOOST_TEST_REQUIRE(dra.ask(by_scscf(client::sar(dra, alice, {alice_impu}, scscf_name, 1))).result() == 2001U);
  BOOST_TEST(
      dra.ask(in_the_name_of("scscf2.ims.example", client::sar(dra, alice, {alice_impu}, scscf_name, 5))).result() ==
      5003U);
  // Nobody speaks for the HSS itself, whatever the list says.
  BOOST_TEST(dra.ask(in_the_name_of("hss.ims.example", client::mar(dra, bob, bob_impu, scscf_name))).result() == 5003U);
  BOOST_TEST(logged("in the name of hss.ims.example"));
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  const auto m = next(dra, rtr);
  BOOST_TEST_REQUIRE(m.has_value());
  BOOST_TEST(m->text(293) == "scscf.ims.example");
  dra.answer(*m);
  BOOST_TEST(settles([&] { return registrations().empty(); }));
}

BOOST_AUTO_TEST_CASE(an_identity_that_is_none_is_5004_and_disturbs_nobody) {
  start();
  Peer scscf = connect("scscf.ims.example");
  const std::vector<std::pair<std::uint32_t, std::string>> bad = {
      {264, ""}, {264, "\xff.ims.example"}, {264, "a b"}, {296, ""}, {296, "\xff"}, {296, "ims..example"}};
  for (const auto& [code, text] : bad) {
    std::vector<std::uint32_t> honest;
    for (int i = 0; i < 20; ++i) honest.push_back(scscf.send(client::mar(scscf, bob, bob_impu, scscf_name)));
    Message m = client::mar(scscf, bob, bob_impu, scscf_name);
    for (auto& avp : m.avps) {
      if (avp.code == code) avp.data = text;
    }
    const std::uint32_t spoiled = scscf.send(m);
    for (std::size_t i = 0; i < honest.size() + 1; ++i) {
      const auto answer = scscf.receive(20s);
      BOOST_TEST_REQUIRE(answer.has_value());
      BOOST_TEST_CONTEXT(code) BOOST_TEST(answer->result() == (answer->hop_by_hop == spoiled ? 5004U : 2001U));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_owed_to_an_scscf_goes_to_no_peer_that_calls_itself_a_relay) {
  start();
  Peer epcscf = connect("epcscf.ims.example");
  client::PeerOptions options = peer("as.ims.example");
  options.relay = true;
  Peer relay(options);
  {
    Peer scscf = connect("scscf.ims.example");
    vouch(epcscf, scscf);
  }
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  BOOST_TEST(logged("VS-0502"));
  BOOST_TEST(registrations().find("leaving") != std::string::npos);
  Peer back = connect("scscf.ims.example");
  const auto m = next(back, rtr, 12s);
  BOOST_TEST_REQUIRE(m.has_value());
  back.answer(*m);
  BOOST_TEST(settles([&] { return registrations().empty(); }));
  BOOST_TEST(got_nothing(relay));
}

BOOST_AUTO_TEST_CASE(another_scscfs_mar_moves_no_termination) {
  start();
  Peer epcscf = connect("epcscf.ims.example");
  Peer scscf = connect("scscf.ims.example");
  Peer other = connect("scscf2.ims.example");
  vouch(epcscf, scscf);
  BOOST_TEST(other.ask(client::mar(other, alice, alice_impu, "sip:scscf2.ims.example")).result() == 2001U);
  BOOST_TEST(other.ask(client::mar(other, alice, alice_impu, scscf_name)).result() == 2001U);
  // Naming the S-CSCF that serves is not being it: it lets go of its own challenge, and of nothing else.
  BOOST_TEST(other.ask(client::sar(other, alice, {alice_impu}, scscf_name, 5)).result() == 2001U);
  BOOST_TEST(registrations().find(alice_impu) != std::string::npos);
  BOOST_TEST(other.ask(client::sar(other, alice, {alice_impu}, scscf_name, 5)).result() == 5012U);
  ctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net");
  const auto m = next(scscf, rtr);
  BOOST_TEST_REQUIRE(m.has_value());
  scscf.answer(*m);
  BOOST_TEST(settles([&] { return registrations().empty(); }));
  BOOST_TEST(got_nothing(other));
}

BOOST_AUTO_TEST_CASE(a_takeover_tells_the_scscf_before_that_another_one_serves) {
  start();
  Peer scscf = connect("scscf.ims.example");
  Peer other = connect("scscf2.ims.example");
  BOOST_TEST_REQUIRE(scscf.ask(client::mar(scscf, bob, bob_impu, scscf_name)).result() == 2001U);
  BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, bob, {bob_impu}, scscf_name, 1)).result() == 2001U);
  const char* two = "sip:scscf2.ims.example";
  BOOST_TEST_REQUIRE(other.ask(client::mar(other, bob, bob_impu, two)).result() == 2001U);
  BOOST_TEST_REQUIRE(other.ask(client::sar(other, bob, {bob_impu}, two, 1)).result() == 2001U);
  const auto m = next(scscf, rtr);
  BOOST_TEST_REQUIRE(m.has_value());
  BOOST_TEST(client::find_in(m->members(615, client::tgpp), 616, client::tgpp)->number() == 1U);  // NEW_SERVER_ASSIGNED
  scscf.answer(*m);
  BOOST_TEST(settles([&] { return ctl("outbox list").empty(); }));
  BOOST_TEST(registrations().find(two) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_host_that_is_away_delays_no_other) {
  serve_only(R"({ host = "*.ims.example"; roles = [ "s-cscf", "ep-cscf" ]; })");
  const std::string lines = [] {
    std::string out;
    for (int i = 0; i < 60; ++i) {
      const std::string user = "gone" + std::to_string(i) + "@ims.example";
      out += R"({"impis":[{"impi":")" + user + R"(","way":"delegated"}],"impus":[{"impu":"sip:)" + user +
             R"("}],"visited_networks":["*"],"authorizers":[{"waf":"waf.example.net","impi":")" + user + "\"}]}\n";
    }
    return out;
  }();
  BOOST_TEST_REQUIRE(vouchctl("import -", lines).exit == 0);
  start();
  Peer epcscf = connect("epcscf.ims.example");
  for (int i = 0; i < 60; ++i) {
    const std::string user = "gone" + std::to_string(i) + "@ims.example";
    Peer gone = connect("gone" + std::to_string(i) + ".ims.example");
    epcscf.ask(client::uar(epcscf, user, "sip:" + user, granted));
    BOOST_TEST_REQUIRE(gone.ask(client::sar(gone, user, {"sip:" + user}, "sip:gone.ims.example", 1)).result() == 2001U);
  }
  Peer scscf = connect("scscf.ims.example");
  vouch(epcscf, scscf);
  ctl("authorizer suspend --deregister waf.example.net");
  const auto m = next(scscf, rtr, 10s);
  BOOST_TEST_REQUIRE(m.has_value());
  BOOST_TEST(m->text(1) == alice);
  scscf.answer(*m);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
