#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"
#include "support/tokens.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

// A breach at one third party, against a real daemon: it is seen, that one alone is stopped, and nobody can have an
// honest one stopped. tests/drill prints what was measured.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::ours;
using client::Peer;
using nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr int users = 40;       ///< of each authorizer
constexpr int strangers = 400;  ///< whom the breached one vouches for
constexpr const char* said_ok = "3GPP 2001 0";

/// One third party, with its key and its subscribers.
struct Waf {
  std::string name;
  Signer signer;
  int made = 0;

  [[nodiscard]] std::string impi(int user) const { return "u" + std::to_string(user) + "." + name + "@ims.example"; }
  [[nodiscard]] std::string impu(int user) const { return "sip:" + impi(user); }
  std::string token(const std::string& for_impi, const std::string& for_impu) {
    const json claims = {
        {"iss", name},      {"aud", "ims.example"},      {"iat", wall_clock()}, {"impi", for_impi},
        {"impu", for_impu}, {"exp", wall_clock() + 300}, {"3gpp-waf", name},    {"jti", std::to_string(++made)}};
    return signer.sign(claims.dump());
  }
};

/// What was measured, for who reads it.
void measured(const std::string& what, const std::string& value) {
  BOOST_TEST_MESSAGE("drill | " << what << " | " << value << " |");
}

struct Latencies {
  std::vector<std::chrono::microseconds> all;
  int refused = 0;

  [[nodiscard]] long p99() const {
    auto sorted = all;
    std::sort(sorted.begin(), sorted.end());
    return sorted.at(sorted.size() * 99 / 100).count();
  }
};

struct Breach : HssProcess {
  std::array<Waf, 3> wafs{Waf{"a.example", Signer{}}, Waf{"b.example", Signer{}}, Waf{"c.example", Signer{}}};

  Breach() {
    edit("vouchsafe.conf", "#audiences = [ \"ims.example\" ];", "audiences = [ \"ims.example\" ];");
    edit("vouchsafe.conf", "of = \"authorizers\"; threshold = 20; action = \"alert\"; },",
         "of = \"authorizers\"; threshold = 20; action = \"alert\"; },\n  { name = \"breach\"; signal = "
         "\"subjects_not_granted\"; of = \"authorizers\"; threshold = 30; action = \"hold\"; },");
    std::string lines;
    for (auto& waf : wafs) {
      ctl("authorizer add --require-token " + waf.name);
      json key = json::parse(waf.signer.key.public_key().jwk());
      key["kid"] = waf.signer.kid;
      ctl("authorizer key add " + waf.name + " -", key.dump());
      for (int i = 0; i < users; ++i) {
        const json line = {{"impis", json::array({{{"impi", waf.impi(i)}, {"way", "delegated"}}})},
                           {"impus", json::array({{{"impu", waf.impu(i)}}})},
                           {"visited_networks", json::array({"ims.example"})},
                           {"authorizers", json::array({{{"waf", waf.name}, {"impi", waf.impi(i)}}})}};
        lines += line.dump() + "\n";
      }
    }
    ctl("import -", lines);
    start();
  }

  /// "3GPP 2001 0": the result, and Delegation-Result.
  static std::string said(const Message& answer) {
    const auto* reason = answer.find(1003, ours);
    return client::result_text(answer.result()) + (reason == nullptr ? "" : " " + std::to_string(reason->number()));
  }
  static std::string vouch(Peer& edge, const Waf& waf, const std::string& impi, const std::string& impu,
                           const std::optional<std::string>& token) {
    return said(edge.ask(client::uar(edge, impi, impu, client::Delegation{waf.name, {}, token})));
  }
  static std::string vouch_own(Peer& edge, Waf& waf, int user) {
    return vouch(edge, waf, waf.impi(user), waf.impu(user), waf.token(waf.impi(user), waf.impu(user)));
  }
  /// Everybody registers. \return how many did
  int register_all(Peer& edge, Waf& waf) {
    int out = 0;
    for (int i = 0; i < users; ++i) {
      const bool asked = vouch_own(edge, waf, i).starts_with("3GPP 2001");
      const auto answer = edge.ask(client::sar(edge, waf.impi(i), {waf.impu(i)}, scscf_name, 1));
      if (asked && answer.result() == 2001U) ++out;
    }
    return out;
  }
  /// One re-registration of somebody's, timed.
  void traffic(Peer& edge, Waf& waf, int user, Latencies& out) {
    const auto token = waf.token(waf.impi(user), waf.impu(user));
    const auto begun = Steady::now();
    const auto answer = vouch(edge, waf, waf.impi(user), waf.impu(user), token);
    out.all.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun));
    if (!answer.ends_with(" 0")) ++out.refused;
  }
  [[nodiscard]] std::size_t registered_by(const Waf& waf) const {
    const std::string text = ctl("registrations --authorizer " + waf.name);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  [[nodiscard]] bool is_suspended(const Waf& waf) const {
    const std::string text = ctl("authorizer list");
    const auto at = text.find(waf.name);
    return text.substr(at, text.find('\n', at) - at).find("suspended") != std::string::npos;
  }
};

BOOST_FIXTURE_TEST_CASE(a_breach_at_one_third_party_is_seen_and_stopped_and_the_others_notice_nothing, Breach) {
  Waf& breached = wafs[0];
  {
    Peer edge(peer());
    for (auto& waf : wafs) BOOST_TEST(register_all(edge, waf) == users);
    Latencies before;
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < users; ++i) {
        traffic(edge, wafs[1], i, before);
        traffic(edge, wafs[2], i, before);
      }
    }
    BOOST_TEST(before.refused == 0);

    // It signs tokens for the others' subscribers, fifty for each request of theirs.
    Peer other_edge(peer("edge.breached.ims.example"));
    Latencies during;
    const auto begun = Steady::now();
    std::optional<Steady::duration> alerted;
    int refused = 0;
    int until_stopped = 0;
    std::optional<Steady::duration> stopped_after;
    for (int i = 0; i < strangers; ++i) {
      const Waf& victims = wafs[static_cast<std::size_t>(1 + i % 2)];
      const std::string impi = victims.impi(i / 2 % users);
      const std::string answer = vouch(other_edge, breached, impi, "sip:" + impi, breached.token(impi, "sip:" + impi));
      BOOST_TEST(answer.starts_with("5003"));
      if (answer == "5003 10") ++refused;
      if (answer == "5003 4" && !stopped_after) {
        stopped_after = Steady::now() - begun;
        until_stopped = i;
      }
      if (!alerted && log().find("VS-0310") != std::string::npos) alerted = Steady::now() - begun;
      if (i % 50 == 0) {
        traffic(edge, wafs[1], i % users, during);
        traffic(edge, wafs[2], i % users, during);
      }
    }
    BOOST_TEST(logged("rule breach: a.example"));
    BOOST_TEST(settles([&] { return is_suspended(breached); }));
    BOOST_TEST(settles([&] { return vouch_own(edge, breached, 0) == "5003 4"; }));
    BOOST_TEST(!is_suspended(wafs[1]));
    BOOST_TEST(!is_suspended(wafs[2]));
    for (int i = 0; i < users; ++i) {
      traffic(edge, wafs[1], i, during);
      traffic(edge, wafs[2], i, during);
    }
    BOOST_TEST(during.refused == 0);
    const auto ms = [](Steady::duration time) {
      return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
    };
    measured("from the first false vouching to the alert", alerted ? ms(*alerted) : "after the last one");
    measured("from the first false vouching to the first one refused as AUTHORIZER_SUSPENDED",
             stopped_after ? ms(*stopped_after) : "after the last one");
    measured("false vouchings until then, all refused", std::to_string(stopped_after ? until_stopped : strangers) +
                                                            " (NOT_GRANTED: " + std::to_string(refused) + ")");
    measured("the others' vouchings refused",
             std::to_string(during.refused) + " of " + std::to_string(during.all.size()));
    measured("the others' p99 before, during",
             std::to_string(before.p99()) + " µs, " + std::to_string(during.p99()) + " µs");
  }
  // A suspension is in the database.
  BOOST_TEST(stop() == 0);
  start();
  Peer edge(peer());
  BOOST_TEST(vouch_own(edge, breached, 1) == "5003 4");
  for (auto* waf : {&wafs[1], &wafs[2]}) {
    BOOST_TEST(vouch_own(edge, *waf, 1).ends_with(" 0"));
    BOOST_TEST(registered_by(*waf) == static_cast<std::size_t>(users));
  }
  BOOST_TEST(registered_by(breached) == static_cast<std::size_t>(users));  // it only holds
  const auto lost = [&](const Waf& waf) {
    return std::to_string(static_cast<std::size_t>(users) - registered_by(waf));
  };
  measured("registrations lost: of the breached one, which is held, and of the others",
           lost(breached) + ", " + lost(wafs[1]) + ", " + lost(wafs[2]));

  // What the operator does then.
  const std::string foretold = ctl("authorizer suspend a.example --deregister --dry-run");
  BOOST_TEST(foretold.find("40 subscribers with 40 registrations would be deregistered by 40 RTRs") !=
             std::string::npos);
  BOOST_TEST(registered_by(breached) == static_cast<std::size_t>(users));
  ctl("--reason 'keys are new' authorizer resume a.example");
  BOOST_TEST(vouch_own(edge, breached, 1).ends_with(" 0"));
}

BOOST_FIXTURE_TEST_CASE(who_frames_an_honest_third_party_is_seen_itself_and_nobody_is_suspended, Breach) {
  Peer edge(peer());
  Peer framing(peer("edge.breached.ims.example"));
  const Waf& honest = wafs[1];
  Waf forger{honest.name, Signer{}};  // another key under its name
  ctl("authorizer set b.example --require-token false");
  for (int i = 0; i < 100; ++i) {
    const std::string impi = wafs[2].impi(i % users);
    BOOST_TEST(vouch(framing, honest, impi, "sip:" + impi, std::nullopt) == "5003 10");
    BOOST_TEST(vouch(framing, honest, impi, "sip:" + impi, forger.token(impi, "sip:" + impi)) == "5003 6");
  }
  const std::string stranger = "nobody@ims.example";
  for (int i = 0; i < 60; ++i) {
    const std::string impu = "sip:n" + std::to_string(i) + "@ims.example";
    BOOST_TEST(vouch(framing, honest, stranger, impu, std::nullopt) == "5003 10");
  }
  BOOST_TEST(logged("rule strangers by a client: edge.breached.ims.example"));
  BOOST_TEST(logged("rule forged tokens: edge.breached.ims.example"));
  BOOST_TEST(log().find("rule breach") == std::string::npos);
  for (const auto& waf : wafs) BOOST_TEST(!is_suspended(waf));
  BOOST_TEST(vouch_own(edge, wafs[1], 0).ends_with(" 0"));
}

BOOST_FIXTURE_TEST_CASE(one_wwsf_or_one_relay_is_stopped_and_the_rest_of_its_waf_is_not, Breach) {
  Peer edge(peer());
  Peer other_edge(peer("edge.breached.ims.example"));
  Waf& waf = wafs[0];
  ctl("authorizer set a.example --require-token false");
  const auto through = [&](Peer& by, const std::optional<std::string>& wwsf) {
    return said(by.ask(client::uar(by, waf.impi(0), waf.impu(0), client::Delegation{waf.name, wwsf, std::nullopt})));
  };
  ctl("authorizer suspend a.example --wwsf shop.example");
  BOOST_TEST(through(edge, "shop.example") == "5003 4");
  BOOST_TEST(through(edge, std::nullopt) == "5003 4");  // it may be the shop: nobody can tell
  BOOST_TEST(through(edge, "news.example") == said_ok);
  ctl("authorizer resume a.example --wwsf shop.example");
  ctl("--reason 'ticket 12' authorizer suspend a.example --relay edge.breached.ims.example");
  BOOST_TEST(ctl("authorizer list").find("by edge.breached.ims.example: ticket 12") != std::string::npos);
  BOOST_TEST(through(other_edge, "shop.example") == "5003 4");
  BOOST_TEST(through(edge, "shop.example") == said_ok);
  BOOST_TEST(vouchctl("authorizer resume a.example").exit == 4);  // that is not its scope
  BOOST_TEST(vouchctl("authorizer suspend a.example --until 2020-01-01T00:00:00Z").exit == 2);
  ctl("authorizer resume a.example --relay edge.breached.ims.example");
  BOOST_TEST(through(other_edge, "shop.example") == said_ok);
  const auto soon = Time{std::chrono::seconds{wall_clock() + 15}};
  ctl("authorizer suspend a.example --until " + to_rfc3339(soon));
  while (wall_clock() < soon.time_since_epoch().count()) {
    const bool before = wall_clock() < soon.time_since_epoch().count() - 1;
    const std::string answer = through(edge, "shop.example");
    if (before) BOOST_TEST(answer == "5003 4");
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
  BOOST_TEST(through(edge, "shop.example") == said_ok);  // it has ended by itself
}

}  // namespace
}  // namespace vouchsafe::testing
