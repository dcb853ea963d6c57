#include "client/cx.hpp"
#include "client/sh.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/scrape.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

// What a real daemon answers to a scrape, and that the alerts and the dashboard ask for nothing else.
namespace vouchsafe::testing {
namespace {

using client::Delegation;
using client::Peer;

const std::string source = VOUCHSAFE_SOURCE_DIR;

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The metrics that a text names, a histogram's by its own name.
std::set<std::string> named_in(const std::string& text) {
  static const std::regex name("vouchsafe_[a-z_]+");
  static const std::regex of_a_histogram("_(bucket|sum|count)$");
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
    out.insert(std::regex_replace(at->str(), of_a_histogram, ""));
  return out;
}

std::string listen_on(const std::string& where) { return "listen = \"" + where + "\""; }

struct Metered : HssProcess {
  ReservedPort metrics_port;

  Metered() {
    edit("vouchsafe.conf", "#listen = \"\"", listen_on("127.0.0.1:" + std::to_string(metrics_port.number())));
  }

  [[nodiscard]] Scrape scrape() const { return Scrape(metrics_port.number()); }
  /// \return whether a series comes to have the value: an answer may be counted after it is read
  [[nodiscard]] bool comes_to(const std::string& series, double value) const {
    const bool out = settles([&] { return scrape().value(series) == value; });
    BOOST_TEST_MESSAGE(series << " is " << scrape().value(series));
    return out;
  }
  [[nodiscard]] bool answers_come_to(const std::string& command, const std::string& result, double count) const {
    return comes_to("vouchsafe_answers_total{command=\"" + command + "\",result=\"" + result + "\"}", count);
  }
};

std::string decisions(const std::string& authorizer, const std::string& reason) {
  return "vouchsafe_decisions_total{authorizer=\"" + authorizer + "\",reason=\"" + reason + "\"}";
}

std::string durations(const std::string& command, const std::string& what) {
  return "vouchsafe_answer_duration_seconds_" + what + "{command=\"" + command + "\"}";
}

BOOST_FIXTURE_TEST_SUITE(metrics, Metered)

BOOST_AUTO_TEST_CASE(every_exchange_is_counted_by_its_command_and_result_and_every_decision_by_who_vouched_and_why) {
  ctl("as allow as.ims.example --may read,write,subscribe --service-indication delegated-authorizers");
  start();
  BOOST_TEST(scrape().value("vouchsafe_peers_connected") == 0);
  Peer cscf(peer());
  BOOST_TEST(comes_to("vouchsafe_peers_connected", 1));
  const Delegation granted{"waf.example.net"};
  cscf.ask(client::uar(cscf, alice, alice_impu, granted));
  cscf.ask(client::uar(cscf, alice, alice_impu, Delegation{"waf.other.example"}));
  cscf.ask(client::uar(cscf, alice, alice_impu, Delegation{"waf.nobody.example"}));
  cscf.ask(client::sar(cscf, alice, {alice_impu}, scscf_name, 1));
  cscf.ask(client::lir(cscf, alice_impu));
  cscf.ask(client::mar(cscf, bob, bob_impu, scscf_name));
  cscf.ask(client::mar(cscf, dave, dave_impu, scscf_name));
  Peer as(client::as_options(peer(), "as.ims.example"));
  const std::string none = "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\"/>";
  as.ask(client::udr(as, bob_impu, {0}, {"delegated-authorizers"}));
  as.ask(client::pur(as, bob_impu, client::repository_data("delegated-authorizers", 1, none)));
  as.ask(client::snr(as, alice_impu, 0, {"delegated-authorizers"}));

  BOOST_TEST(answers_come_to("UAR", "3GPP 2001", 1));
  BOOST_TEST(answers_come_to("UAR", "5003", 2));
  BOOST_TEST(answers_come_to("SAR", "2001", 1));
  BOOST_TEST(answers_come_to("MAR", "2001", 1));
  BOOST_TEST(answers_come_to("MAR", "5003", 1));
  BOOST_TEST(answers_come_to("MAR", "5012", 0));
  for (const std::string command : {"LIR", "UDR", "SNR"}) BOOST_TEST(answers_come_to(command, "2001", 1));
  const auto seen = scrape();
  BOOST_TEST(seen.value(durations("PUR", "count")) == 1);
  BOOST_TEST(seen.value(durations("UAR", "count")) == 3);
  BOOST_TEST(seen.value(durations("MAR", "count")) == 2);
  BOOST_TEST(seen.value(durations("SAR", "sum")) > 0);
  // An answer takes a while, and no longer than a client waits.
  BOOST_TEST(seen.value(durations("SAR", "sum")) < 20);
  BOOST_TEST(comes_to(decisions("waf.other.example", "NOT_GRANTED"), 1));
  BOOST_TEST(seen.value(decisions("waf.example.net", "NOT_GRANTED")) == 0);
  BOOST_TEST(seen.value(decisions("waf.example.net", "AUTHORIZED")) >= 2);  // the UAR, and the SAR after it
  BOOST_TEST(seen.value(decisions("unknown", "AUTHORIZER_UNKNOWN")) == 1);
  BOOST_TEST(comes_to("vouchsafe_peers_connected", 2));
  BOOST_TEST(comes_to("vouchsafe_peer_events_total{event=\"connected\"}", 2));
  BOOST_TEST(seen.text().find("waf.nobody.example") == std::string::npos);
  BOOST_TEST(seen.text().find("alice") == std::string::npos);
  as.disconnect();
  cscf.disconnect();
  BOOST_TEST(comes_to("vouchsafe_peers_connected", 0));
  BOOST_TEST(stop() == 0);
  BOOST_TEST(http_get(metrics_port.number(), "/metrics") == "");
}

BOOST_AUTO_TEST_CASE(a_message_that_the_guard_refuses_and_one_from_a_stranger_are_counted) {
  serve_only("{ host = \"epcscf.ims.example\"; roles = [ \"ep-cscf\" ]; }");
  start();
  Peer cscf(peer());
  auto odd = client::uar(cscf, alice, alice_impu);
  odd.flags |= 0x20U;
  BOOST_TEST(cscf.ask(odd).result() == 3008U);
  BOOST_TEST(cscf.ask(client::mar(cscf, bob, bob_impu, scscf_name)).result() == 5003U);
  BOOST_TEST(answers_come_to("MAR", "5003", 1));
  BOOST_TEST(comes_to("vouchsafe_guard_refusals_total{rule=\"header-bits\"}", 1));
  BOOST_TEST(scrape().value("vouchsafe_guard_refusals_total{rule=\"identity\"}") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_owed_and_a_database_that_is_gone_are_seen) {
  start();
  Peer cscf(peer("scscf.ims.example"));
  cscf.ask(client::uar(cscf, alice, alice_impu, Delegation{"waf.example.net"}));
  BOOST_TEST(cscf.ask(client::sar(cscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  BOOST_TEST(comes_to("vouchsafe_outbox_entries{state=\"new\"}", 0));
  BOOST_TEST(scrape().value("vouchsafe_outbox_oldest_age_seconds") == 0);
  cscf.disconnect();
  ctl("authorizer suspend waf.example.net --deregister");
  BOOST_TEST(settles([&] { return scrape().value("vouchsafe_outbox_oldest_age_seconds") >= 1; }));
  const auto owing = scrape();
  BOOST_TEST(owing.value("vouchsafe_outbox_entries{state=\"new\"}") + owing.value("vouchsafe_outbox_entries{state="
                                                                                  "\"retried\"}") >=
             1);
  BOOST_TEST(owing.value("vouchsafe_outbox_entries{state=\"given_up\"}") == 0);
  BOOST_TEST(owing.value("vouchsafe_store_up{access=\"read\"}") == 1);
  BOOST_TEST(owing.value("vouchsafe_store_up{access=\"write\"}") == 1);
  std::filesystem::rename(folder() / "hss.db", folder() / "away.db");
  BOOST_TEST(comes_to("vouchsafe_store_up{access=\"read\"}", 0));
  BOOST_TEST(scrape().value("vouchsafe_store_up{access=\"write\"}") == 0);
  BOOST_TEST(settles([&] { return !scrape().types().contains("vouchsafe_outbox_entries"); }));
}

BOOST_AUTO_TEST_CASE(names_that_nobody_registered_add_no_series) {
  start();
  Peer cscf(peer());
  cscf.ask(client::uar(cscf, alice, alice_impu, Delegation{"waf.other.example"}));
  cscf.ask(client::uar(cscf, alice, alice_impu, Delegation{"waf.unknown.example"}));
  BOOST_TEST(answers_come_to("UAR", "5003", 2));
  const auto before = scrape().series().size();
  constexpr int names = 1000;
  for (int i = 0; i < names; ++i)
    cscf.ask(client::uar(cscf, alice, alice_impu, Delegation{"waf" + std::to_string(i) + ".attacker.example"}));
  BOOST_TEST(comes_to(decisions("unknown", "AUTHORIZER_UNKNOWN"), names + 1));
  BOOST_TEST(scrape().series().size() == before);
}

BOOST_AUTO_TEST_CASE(the_alerts_the_dashboard_and_the_manual_name_what_is_exported_and_the_manual_all_of_it) {
  start();
  const auto seen = scrape();
  std::set<std::string> exported;
  for (const auto& [name, type] : seen.types()) exported.insert(name);
  for (const std::string file : {"conf/prometheus/alerts.yml", "conf/prometheus/grafana.json", "conf/README.md"}) {
    const auto named = named_in(read(source + "/" + file));
    BOOST_TEST(!named.empty(), file);
    for (const auto& name : named) BOOST_TEST(exported.contains(name), file << " names " << name);
  }
  const auto told = named_in(read(source + "/conf/README.md"));
  for (const auto& name : exported) BOOST_TEST(told.contains(name), "conf/README.md lacks " << name);
  // Names, units and help, as Prometheus wants them.
  const auto linted = run("promtool check metrics", seen.text());
  BOOST_TEST(linted.exit == 0, linted.output);
}

BOOST_AUTO_TEST_CASE(there_are_no_metrics_unless_they_are_asked_for_and_a_port_alone_is_the_loopbacks) {
  const std::string port = std::to_string(metrics_port.number());
  const std::string place = "127.0.0.1:" + port;
  edit("vouchsafe.conf", listen_on(place), listen_on(port));
  start();  // throws where it listens on anything but the loopback
  BOOST_TEST(scrape().value("vouchsafe_store_up{access=\"read\"}") == 1);
  BOOST_TEST(http_get(metrics_port.number(), "/").find(" 404 ") != std::string::npos);
  BOOST_TEST(stop() == 0);
  edit("vouchsafe.conf", listen_on(port), listen_on(""));
  start();
  for (const auto& address : listening()) BOOST_TEST(address != place);
  BOOST_TEST(stop() == 0);
}

BOOST_AUTO_TEST_CASE(where_nobody_can_listen_the_daemon_does_not_start_and_says_which_line_it_is) {
  start();
  HssProcess other;
  const auto refused = [&](const std::string& from, const std::string& to, const std::string& why) {
    other.edit("vouchsafe.conf", from, to);
    const std::string text = read(other.config());
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(to));
    const std::string place = other.config() + ":" + std::to_string(1 + std::count(text.begin(), end, '\n'));
    const std::string log = other.start_refused();
    BOOST_TEST(log.find(place + ": metrics.listen: " + why) != std::string::npos, log);
  };
  const std::string taken = "127.0.0.1:" + std::to_string(metrics_port.number());
  refused("#listen = \"\"", listen_on(taken), "nobody can listen on " + taken + ": Address already in use; ");
  // Of no machine (RFC 5737).
  const std::string foreign = "192.0.2.1:9464";
  refused(listen_on(taken), listen_on(foreign),
          "nobody can listen on " + foreign + ": Cannot assign requested address");
  refused(listen_on(foreign), listen_on("localhost"), "localhost is no place to listen on; an IPv4 address and a port");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
