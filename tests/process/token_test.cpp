#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/tokens.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>

// Signed tokens, shown to a real daemon.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::ours;
using client::Peer;
using nlohmann::json;

const std::string waf = "waf.example.net";

/// A daemon that needs a token of waf.example.net, whose key k1 it knows.
struct Tokens : HssProcess {
  Signer signer;
  int made = 0;
  std::vector<std::string> used;  ///< tokens that were sent: none of them is in the log

  Tokens() {
    edit("vouchsafe.conf", "#audiences = [ \"ims.example\" ];", "audiences = [ \"ims.example\" ];");
    add_key(signer);
    ctl("authorizer set " + waf + " --require-token true");
    start();
  }
  [[nodiscard]] bool no_token_is_in_the_log() const {
    const std::string text = log();
    return std::none_of(used.begin(), used.end(), [&](const std::string& token) {
      return token.size() > 40 && text.find(token.substr(token.size() - 40)) != std::string::npos;
    });
  }
  void add_key(const Signer& by) const {
    json key = json::parse(by.key.public_key().jwk());
    key["kid"] = by.kid;
    ctl("authorizer key add " + waf + " -", key.dump());
  }
  json claims() {
    return {{"iss", waf},          {"aud", "ims.example"},
            {"iat", wall_clock()}, {"impi", alice},
            {"impu", alice_impu},  {"exp", wall_clock() + 300},
            {"3gpp-waf", waf},     {"jti", "token " + std::to_string(++made)}};
  }
  Message ask(Peer& epcscf, const std::optional<std::string>& token) {
    if (token) used.push_back(*token);
    return epcscf.ask(client::uar(epcscf, alice, alice_impu, client::Delegation{waf, {}, token}));
  }
  /// "2001 0": the result, and Delegation-Result.
  std::string said(Peer& epcscf, const std::optional<std::string>& token) {
    const Message answer = ask(epcscf, token);
    const auto* reason = answer.find(1003, ours);
    return client::result_text(answer.result()) + (reason == nullptr ? "" : " " + std::to_string(reason->number()));
  }
};

const std::string authorized = "3GPP 2001 0";
std::string refused(int reason) { return "5003 " + std::to_string(reason); }

BOOST_FIXTURE_TEST_CASE(a_token_is_verified_and_each_one_that_is_not_good_gets_its_result, Tokens) {
  Peer epcscf(peer());
  BOOST_TEST(said(epcscf, signer.sign(claims().dump())) == authorized);
  BOOST_TEST(said(epcscf, std::nullopt) == refused(5));
  BOOST_TEST(said(epcscf, Signer().sign(claims().dump())) == refused(6));  // forged
  BOOST_TEST(said(epcscf, "not a token") == refused(6));
  BOOST_TEST(said(epcscf, "") == refused(6));
  json claim = claims();
  claim["exp"] = wall_clock() - 31;
  BOOST_TEST(said(epcscf, signer.sign(claim.dump())) == refused(7));
  claim = claims();
  claim["aud"] = "other.example";
  BOOST_TEST(said(epcscf, signer.sign(claim.dump())) == refused(6));
  claim = claims();
  claim["impi"] = bob;
  BOOST_TEST(said(epcscf, signer.sign(claim.dump())) == refused(8));
  claim = claims();
  claim["3gpp-waf"] = "waf.other.example";
  BOOST_TEST(said(epcscf, signer.sign(claim.dump())) == refused(8));
  BOOST_TEST(logged("TOKEN_MISMATCH"));
  BOOST_TEST(logged("(token: 3gpp-waf is another WAF)"));
  BOOST_TEST(no_token_is_in_the_log());
}

BOOST_FIXTURE_TEST_CASE(a_token_that_another_client_shows_is_replayed_and_so_is_a_second_show_of_one_that_serves_once,
                        Tokens) {
  Peer epcscf(peer());
  Peer thief(peer("evil.ims.example"));
  const std::string token = signer.sign(claims().dump());
  BOOST_TEST(said(epcscf, token) == authorized);
  BOOST_TEST(said(thief, token) == refused(9));
  BOOST_TEST(said(epcscf, token) == authorized);  // a client's re-registrations bring the same one
  ctl("authorizer set " + waf + " --reuse once");
  const std::string once = signer.sign(claims().dump());
  used.push_back(once);
  Message request = client::uar(epcscf, alice, alice_impu, client::Delegation{waf, {}, once});
  BOOST_TEST(client::result_text(epcscf.ask(request).result()) == "3GPP 2001");
  BOOST_TEST(client::result_text(epcscf.ask(request).result()) == "3GPP 2001");  // sent again
  BOOST_TEST(said(epcscf, once) == refused(9));
}

BOOST_FIXTURE_TEST_CASE(a_registration_keeps_its_evidence_over_a_restart_and_a_revocation_of_its_key_ends_it, Tokens) {
  Peer cscf(peer("scscf.ims.example"));
  const long long end = claims()["exp"];
  BOOST_TEST(said(cscf, signer.sign(claims().dump())) == authorized);
  const auto sar = [&](Peer& by, std::uint32_t type) {
    return by.ask(client::sar(by, alice, {alice_impu}, scscf_name, type));
  };
  const Message registered = sar(cscf, 1);
  BOOST_TEST(registered.result() == 2001U);
  const auto* expiry = registered.find(1004, ours);
  BOOST_TEST_REQUIRE(expiry != nullptr);
  constexpr std::uint32_t since_1900 = 2'208'988'800U;
  BOOST_TEST(expiry->number() - static_cast<std::uint32_t>(end) - since_1900 < 5U);
  cscf.disconnect();
  BOOST_TEST(stop() == 0);
  start();
  Peer again(peer("scscf.ims.example"));
  BOOST_TEST(sar(again, 2).result() == 2001U);
  const Signer next(TokenAlgorithm::eddsa, "k2");
  add_key(next);
  ctl("authorizer key revoke " + waf + " k1 --since 2100-01-01T00:00:00Z --deregister --wait");
  BOOST_TEST(!registrations().empty());  // nothing was vouched for by it since then
  ctl("authorizer key revoke " + waf + " k1 --since 2020-01-01T00:00:00Z --deregister");
  const auto termination = again.receive(std::chrono::seconds{20});
  BOOST_TEST_REQUIRE(termination.has_value());
  BOOST_TEST(termination->command == rtr);
  again.answer(*termination);
  BOOST_TEST(settles([&] { return registrations().empty(); }));
  BOOST_TEST(said(again, signer.sign(claims().dump())) == refused(6));
  BOOST_TEST(said(again, next.sign(claims().dump())) == authorized);
}

BOOST_FIXTURE_TEST_CASE(two_keys_are_good_at_once_and_a_retired_one_signs_nothing_new, Tokens) {
  Peer epcscf(peer());
  const Signer next(TokenAlgorithm::es384, "k2");
  BOOST_TEST(said(epcscf, next.sign(claims().dump())) == refused(6));
  add_key(next);
  BOOST_TEST(said(epcscf, next.sign(claims().dump())) == authorized);
  BOOST_TEST(said(epcscf, signer.sign(claims().dump())) == authorized);
  ctl("authorizer key retire " + waf + " k1");
  BOOST_TEST(said(epcscf, signer.sign(claims().dump())) == refused(6));
  BOOST_TEST(said(epcscf, next.sign(claims().dump())) == authorized);
  BOOST_TEST(ctl("authorizer key list " + waf).find("k1  EC P-256  retired") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_brings_too_many_forged_tokens_waits_and_the_others_do_not, Tokens) {
  edit("vouchsafe.conf", "#verifications_per_s = 1000;", "verifications_per_s = 5;");
  signal(SIGUSR1);
  BOOST_TEST(logged("VS-0202"));
  Peer epcscf(peer());
  Peer flood(peer("flood.ims.example"));
  const std::string good = signer.sign(claims().dump());
  constexpr int many = 40;
  std::vector<std::string> forged;  // made before: the budget is by the second
  for (int i = 0; i < many; ++i) forged.push_back(Signer().sign(claims().dump()));
  for (const auto& token : forged) {
    used.push_back(token);
    flood.send(client::uar(flood, alice, alice_impu, client::Delegation{waf, {}, token}));
  }
  int busy = 0;
  for (int i = 0; i < many; ++i) {
    const auto answer = flood.receive(std::chrono::seconds{20});
    BOOST_TEST_REQUIRE(answer.has_value());
    if (answer->result() == 3004U) ++busy;
  }
  BOOST_TEST(busy > 0);
  BOOST_TEST(said(epcscf, good) == authorized);
  BOOST_TEST(logged("VS-0160 flood.ims.example"));
  BOOST_TEST(no_token_is_in_the_log());
}

BOOST_FIXTURE_TEST_CASE(a_key_set_is_fetched_over_https_from_a_trusted_server_and_by_no_other_way, Tokens) {
  const Signer next(TokenAlgorithm::es256, "k2");
  json key = json::parse(next.key.public_key().jwk());
  key["kid"] = "k2";
  std::ofstream(folder() / "jwks.json") << json{{"keys", {key}}}.dump();
  const std::string here = folder().string();
  BOOST_TEST(run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=waf -addext "
                 "subjectAltName=IP:127.0.0.1 -keyout " +
                 here + "/waf.key -out " + here + "/waf.cert")
                 .exit == 0);
  const ReservedPort port;
  const std::string at = "127.0.0.1:" + std::to_string(port.number());
  const auto server = run("cd " + here + "; timeout 300 openssl s_server -accept " + at +
                          " -cert waf.cert -key waf.key -WWW -quiet < /dev/null > /dev/null 2>&1 & echo $!");
  const struct Ended {
    pid_t pid;
    ~Ended() { ::kill(pid, SIGTERM); }
  } ended{std::stoi(server.output)};
  const std::string add = "authorizer key add " + waf + " --jwks-url ";
  const std::string trusting = " --ca-file " + here + "/waf.cert";
  BOOST_TEST(settles([&] { return vouchctl(add + "https://" + at + "/jwks.json" + trusting).exit == 0; }));
  BOOST_TEST(ctl("authorizer key list " + waf).find("k2  EC P-256  active") != std::string::npos);
  const auto untrusted = vouchctl(add + "https://" + at + "/jwks.json");
  BOOST_TEST(untrusted.exit == 1);
  BOOST_TEST(untrusted.output.find("certificate") != std::string::npos, untrusted.output);
  BOOST_TEST(vouchctl(add + "https://" + at + "/none.json" + trusting).exit != 0);
  // It is there all the while.
  BOOST_TEST(vouchctl(add + "https://" + at + "/jwks.json" + trusting).exit == 0);
  BOOST_TEST(vouchctl(add + "http://" + at + "/jwks.json").exit == 2);
  BOOST_TEST(vouchctl(add + "file://" + here + "/jwks.json").exit == 2);
  Peer epcscf(peer());
  BOOST_TEST(said(epcscf, next.sign(claims().dump())) == authorized);
}

BOOST_FIXTURE_TEST_CASE(vouchctl_explains_a_token_step_by_step_and_makes_one_with_a_test_key, Tokens) {
  const std::string key = (folder() / "test.key").string();
  std::ofstream(key) << new_private_key("EC", "P-256");
  const std::string who = " --impi " + alice + " --impu " + alice_impu;
  const std::string make = "token make --key " + key + " --iss " + waf + " --aud ims.example" + who;
  const std::string token = ctl(make + " --kid k9");
  const std::string verify = "token verify - --authorizer " + waf + who;
  auto told = vouchctl(verify, token);
  BOOST_TEST(told.exit == 1);
  BOOST_TEST(told.output.find("key: TOKEN_INVALID: kid names no active key") != std::string::npos);
  const std::string pem = (folder() / "test.pub").string();
  BOOST_TEST(run("openssl pkey -in " + key + " -pubout -out " + pem).exit == 0);
  ctl("authorizer key add " + waf + " " + pem + " --kid k9");
  told = vouchctl(verify, token);
  BOOST_TEST(told.exit == 0);
  for (const char* step :
       {"form: good", "signature: good", "audience: good", "IMPI: good", "  IMPU: sip:alice@ims.example"})
    BOOST_TEST(told.output.find(step) != std::string::npos, step);
  told = vouchctl("token verify - --authorizer " + waf + " --impi " + bob + " --impu " + bob_impu, token);
  BOOST_TEST(told.exit == 1);
  BOOST_TEST(told.output.find("IMPI: TOKEN_MISMATCH: another IMPI") != std::string::npos);
  BOOST_TEST(vouchctl("authorizer key add " + waf + " " + key).exit == 2);  // a private one
  Peer epcscf(peer());
  BOOST_TEST(said(epcscf, token.substr(0, token.find('\n'))) == authorized);
  const std::string later = ctl(make + " --kid k9 --claim nbf=4000000000");
  BOOST_TEST(said(epcscf, later.substr(0, later.find('\n'))) == refused(6));
}

}  // namespace
}  // namespace vouchsafe::testing
