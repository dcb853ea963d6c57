#include "domain/decide.hpp"

#include "support/cx_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

using std::chrono::seconds;

const Time t0 = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1};

/// Says of a token what it is told to, and counts how often it is asked.
class FixedProof : public TokenProof {
 public:
  TokenVerdict verdict{TokenVerdict::Kind::verified, {"k1", "7", t0 + seconds{60}, t0}, {}};
  mutable int asked = 0;
  [[nodiscard]] TokenVerdict prove() const override {
    ++asked;
    return verdict;
  }
  void refuse(Reason reason) { verdict = {TokenVerdict::Kind::refused, {}, {reason, "the test says so"}}; }
};

/// A question that is answered AUTHORIZED, to be spoiled by a test.
struct Case {
  Impi who = impi("alice@ims.example");
  Impu as = impu("sip:alice@ims.example");
  Vouching vouching{name("waf.example"), std::nullopt, {}};
  Authorizer authorizer{name("waf.example"), Authorizer::State::active, false};
  std::vector<Grant> grants{grant_to("waf.example")};
  std::vector<RegisteredGrant> registered;
  Policy policy;
  Question question;
  FixedProof proof;
  Case() {
    question.client = "epcscf.ims.example";
    question.roles = {Role::ep_cscf};
    question.vouching = &vouching;
    question.authorizer = &authorizer;
  }
  Decision run(Time now = t0) {
    question.impi = &who;
    question.impu = &as;
    registered.clear();
    for (const auto& g : grants) registered.push_back({g});
    question.grants = registered;
    return decide(question, policy, now);
  }
};

/// Every check, spoiled by itself; the mask of a combination says which.
struct Spoiler {
  Reason reason;
  void (*spoil)(Case&);
};
const std::vector<Spoiler> spoilers = {
    {Reason::delegation_required, [](Case& c) { c.question.rests_on = RestsOn::nothing; }},
    {Reason::relay_not_trusted, [](Case& c) { c.question.roles = {Role::i_cscf}; }},
    {Reason::authorizer_unknown, [](Case& c) { c.question.authorizer = nullptr; }},
    {Reason::authorizer_suspended, [](Case& c) { c.authorizer.state = Authorizer::State::suspended; }},
    {Reason::token_required, [](Case& c) { c.policy.token_required = true; }},
    {Reason::token_expired,
     [](Case& c) {
       c.proof.refuse(Reason::token_expired);
       c.question.proof = &c.proof;
     }},
    {Reason::not_granted, [](Case& c) { c.grants.clear(); }},
};

BOOST_AUTO_TEST_CASE(the_first_failing_check_wins_in_every_combination) {
  for (unsigned mask = 0; mask < (1U << spoilers.size()); ++mask) {
    Case c;
    Reason expected = Reason::authorized;
    for (std::size_t i = spoilers.size(); i > 0; --i) {
      if ((mask & (1U << (i - 1))) == 0) continue;
      spoilers[i - 1].spoil(c);
      expected = spoilers[i - 1].reason;
    }
    // An authorizer that is not there cannot be suspended as well, and a token that is over is one that was brought.
    constexpr unsigned both_of_check_5 = 3U << 4U;
    if ((mask & both_of_check_5) == both_of_check_5 && expected == Reason::token_required)
      expected = Reason::token_expired;
    BOOST_TEST_CONTEXT("mask " << mask) BOOST_TEST(c.run().reason == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_monitored_check_lets_pass_and_is_told_and_the_next_ones_still_refuse) {
  for (std::size_t first = 0; first < spoilers.size(); ++first) {
    for (std::size_t second = first; second < spoilers.size(); ++second) {
      Case c;
      spoilers[first].spoil(c);
      spoilers[second].spoil(c);
      c.policy.monitor.add(spoilers[first].reason);
      const Decision d = c.run();
      BOOST_TEST_CONTEXT(name_of(spoilers[first].reason) << " monitored, " << name_of(spoilers[second].reason)) {
        const bool hidden = spoilers[first].reason == Reason::authorizer_unknown &&
                            spoilers[second].reason == Reason::authorizer_suspended;
        if (spoilers[first].reason == Reason::token_required && spoilers[second].reason == Reason::token_expired)
          continue;  // of one token, only one of the two is so
        BOOST_TEST((d.monitored == spoilers[first].reason));
        BOOST_TEST(d.reason == (second == first || hidden ? Reason::authorized : spoilers[second].reason));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_monitored_failure_of_one_impu_hides_no_other_one) {
  const Impu other = impu("tel:+15550100");
  Case c;
  c.grants.front().not_after = t0;
  const std::vector<const Impu*> set{&c.as, &other};
  c.question.set = set;
  c.policy.monitor.add(Reason::grant_expired);
  const Decision d = c.run();
  BOOST_TEST(d.reason == Reason::not_granted);
  BOOST_TEST(d.uncovered == "tel:+15550100");
  c.policy.monitor.add(Reason::not_granted);
  const Decision both = c.run();
  BOOST_TEST(both.allowed());
  BOOST_TEST(both.let_pass.has(Reason::grant_expired));
  BOOST_TEST(both.let_pass.has(Reason::not_granted));
  BOOST_TEST(!both.until.has_value());
}

BOOST_AUTO_TEST_CASE(a_monitored_window_hides_no_wwsf) {
  Case c;
  c.grants.front().not_after = t0;
  c.grants.front().wwsf = {name("shop.example")};
  c.vouching.wwsf = name("evil.example");
  BOOST_TEST(c.run().reason == Reason::grant_expired);
  c.policy.monitor.add(Reason::grant_expired);
  BOOST_TEST(c.run().reason == Reason::wwsf_not_granted);
  c.grants.push_back(grant_to("waf.example"));  // over as well, but for every WWSF
  c.grants.back().not_after = t0;
  BOOST_TEST(c.run().allowed());
}

BOOST_AUTO_TEST_CASE(monitoring_can_be_for_one_client_or_one_role) {
  ReasonSet all;
  all.add_all();
  const auto monitored = [&](auto set_up) {
    Case c;
    c.grants.clear();
    set_up(c);
    return c.run().allowed();
  };
  BOOST_TEST(monitored([&](Case& c) { c.policy.monitor_clients = {{"epcscf.ims.example", all}}; }));
  BOOST_TEST(monitored([&](Case& c) { c.policy.monitor_clients = {{"*.ims.example", all}}; }));
  BOOST_TEST(!monitored([&](Case& c) { c.policy.monitor_clients = {{"other.ims.example", all}}; }));
  BOOST_TEST(monitored([&](Case& c) { c.policy.monitor_roles = {{Role::ep_cscf, all}}; }));
  BOOST_TEST(!monitored([&](Case& c) { c.policy.monitor_roles = {{Role::s_cscf, all}}; }));
}

BOOST_AUTO_TEST_CASE(what_is_not_enforced_is_told_by_reason_and_for_whom) {
  Policy policy;
  BOOST_TEST(policy.not_enforced().empty());
  policy.monitor.add(Reason::not_granted);
  ReasonSet one;
  one.add(Reason::token_required);
  policy.monitor_clients = {{"epcscf.ims.example", one}};
  policy.monitor_roles = {{Role::ep_cscf, one}};
  BOOST_TEST(policy.not_enforced() ==
                 (std::vector<std::string>{"NOT_GRANTED for everybody", "TOKEN_REQUIRED for epcscf.ims.example",
                                           "TOKEN_REQUIRED for the role ep-cscf"}),
             boost::test_tools::per_element());
  policy.monitor.add_all();
  BOOST_TEST(policy.not_enforced().front() == "every check for everybody");
  for (std::size_t i = 1; i < 6; ++i) policy.monitor_clients.front().reasons.add(static_cast<Reason>(i));
  BOOST_TEST(policy.not_enforced().at(2) == "AUTHORIZER_SUSPENDED, TOKEN_REQUIRED for epcscf.ims.example");
}

BOOST_AUTO_TEST_CASE(a_peer_speaks_for_itself_and_an_agent_for_its_list) {
  Policy policy;
  policy.agents = {{"dra.ims.example", {"*.west.ims.example", "scscf.ims.example"}}};
  BOOST_TEST(policy.may_speak_for("scscf.ims.example", "SCSCF.ims.example"));
  BOOST_TEST(policy.may_speak_for("dra.ims.example", "scscf.ims.example"));
  BOOST_TEST(policy.may_speak_for("dra.ims.example", "a.west.ims.example"));
  BOOST_TEST(!policy.may_speak_for("dra.ims.example", "west.ims.example"));
  BOOST_TEST(!policy.may_speak_for("dra.ims.example", "epcscf.ims.example"));
  BOOST_TEST(!policy.may_speak_for("scscf.ims.example", "dra.ims.example"));
  BOOST_TEST(!policy.may_speak_for("*.ims.example", "scscf.ims.example"));  // a peer's name is no pattern
}

BOOST_AUTO_TEST_CASE(every_unbarred_impu_of_the_set_must_be_covered) {
  const Impu tel = impu("tel:+15550100");
  Case c;
  const std::vector<const Impu*> set{&c.as, &tel};
  c.question.set = set;
  BOOST_TEST(c.run().reason == Reason::not_granted);
  BOOST_TEST(c.run().uncovered == "tel:+15550100");
  Grant rest = grant_to("waf.example", "tel:+15550100");
  rest.not_after = t0 + seconds{5};
  c.grants.push_back(rest);
  BOOST_TEST(c.run().allowed());
  BOOST_TEST((c.run().until == t0 + seconds{5}));  // the set goes with the first of them
  BOOST_TEST(c.run(t0 + seconds{5}).reason == Reason::grant_expired);
  c.grants = {grant_of_impi("waf.example")};
  BOOST_TEST(c.run().allowed());
}

#ifdef NDEBUG  // elsewhere an assertion ends the program, which is what finds it in time
BOOST_AUTO_TEST_CASE(the_registrys_entry_of_another_authorizer_is_none) {
  Case c;
  c.authorizer.name = name("other.example");
  BOOST_TEST(c.run().reason == Reason::authorizer_unknown);
}
#endif

struct GrantRow {
  const char* what;
  std::vector<Grant> grants;
  Reason expected;
};
std::ostream& operator<<(std::ostream& out, const GrantRow& row) { return out << row.what; }

Grant window(std::optional<Time> from, std::optional<Time> until, const char* wwsf = nullptr) {
  Grant g = grant_to("waf.example");
  g.not_before = from;
  g.not_after = until;
  if (wwsf != nullptr) g.wwsf.push_back(name(wwsf));
  return g;
}
Grant of_impi(const char* text) {
  Grant g = grant_to("waf.example");
  BOOST_REQUIRE(set_subject(g, Grant::Subject::impi, text).has_value());
  return g;
}

const std::vector<GrantRow> grant_rows = {
    {"none", {}, Reason::not_granted},
    {"to another authorizer", {grant_to("other.example")}, Reason::not_granted},
    {"for another IMPU of the set", {grant_to("waf.example", "tel:+15550100")}, Reason::not_granted},
    {"for the IMPI", {of_impi("alice@ims.example")}, Reason::authorized},
    {"for another IMPI", {of_impi("bob@ims.example")}, Reason::not_granted},
    {"for a pool that means the IMPU", {grant_to("waf.example", "sip:!al.*!@ims.example")}, Reason::authorized},
    {"for a pool that does not", {grant_to("waf.example", "sip:!bo.*!@ims.example")}, Reason::not_granted},
    {"ends now", {window({}, t0)}, Reason::grant_expired},
    {"ends a second later", {window({}, t0 + seconds{1})}, Reason::authorized},
    {"begins now", {window(t0, {})}, Reason::authorized},
    {"begins a second later", {window(t0 + seconds{1}, {})}, Reason::grant_not_yet_valid},
    {"through a WWSF that was not named", {window({}, {}, "shop.example")}, Reason::wwsf_not_granted},
    {"an expired one beside a good one", {window({}, t0), of_impi("alice@ims.example")}, Reason::authorized},
    {"an expired one beside a later one", {window({}, t0), window(t0 + seconds{9}, {})}, Reason::grant_not_yet_valid},
};
BOOST_DATA_TEST_CASE(the_decision_follows_the_grants, bdata::make(grant_rows), row) {
  Case c;
  c.grants = row.grants;
  BOOST_TEST(c.run().reason == row.expected);
}

BOOST_AUTO_TEST_CASE(a_wwsf_must_be_on_the_grants_list) {
  Case c;
  c.grants = {window({}, {}, "shop.example")};
  c.vouching.wwsf = name("shop.example");
  BOOST_TEST(c.run().allowed());
  c.vouching.wwsf = name("evil.example");
  BOOST_TEST(c.run().reason == Reason::wwsf_not_granted);
  c.grants = {window({}, {})};
  BOOST_TEST(c.run().allowed());
}

BOOST_AUTO_TEST_CASE(an_authorization_ends_with_the_longest_grant) {
  Case c;
  c.grants = {window({}, t0 + seconds{10})};
  BOOST_TEST((c.run().until == t0 + seconds{10}));
  c.grants.push_back(of_impi("alice@ims.example"));
  BOOST_TEST(!c.run().until.has_value());
}

BOOST_AUTO_TEST_CASE(a_request_without_a_vouching_from_an_ordinary_cscf_is_direct) {
  Case c;
  c.question.vouching = nullptr;
  c.question.authorizer = nullptr;
  c.question.roles = {Role::i_cscf};
  BOOST_TEST(c.run().allowed());
  c.question.vouching_only = true;
  BOOST_TEST(c.run().reason == Reason::delegation_required);
}

BOOST_AUTO_TEST_CASE(without_a_configuration_everything_delegated_is_refused) {
  Case c;
  c.question.roles = {};
  BOOST_TEST(c.run().reason == Reason::relay_not_trusted);
}

BOOST_AUTO_TEST_CASE(a_token_is_looked_at_once_and_only_where_checks_1_to_4_let_pass) {
  Case good;
  good.question.proof = &good.proof;
  BOOST_TEST(good.run().allowed());
  BOOST_TEST(good.proof.asked == 1);
  for (const auto& spoiler : spoilers) {
    if (spoiler.reason >= Reason::token_required) continue;
    Case c;
    c.question.proof = &c.proof;
    spoiler.spoil(c);
    BOOST_TEST_CONTEXT(name_of(spoiler.reason)) {
      BOOST_TEST(!c.run().allowed());
      BOOST_TEST(c.proof.asked == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_token_proves_is_in_the_decision_and_it_lasts_no_longer) {
  Case c;
  c.policy.token_required = true;
  c.question.proof = &c.proof;
  Decision d = c.run();
  BOOST_TEST(d.allowed());
  BOOST_TEST((d.evidence == Evidence(VerifiedToken{"k1", "7", t0 + seconds{60}, t0})));
  BOOST_TEST((d.until == t0 + seconds{60}));
  c.grants.front().not_after = t0 + seconds{59};
  BOOST_TEST((c.run().until == t0 + seconds{59}));
  c.grants.clear();
  BOOST_TEST(c.run().reason == Reason::not_granted);
}

BOOST_AUTO_TEST_CASE(a_token_that_does_not_verify_is_refused_where_none_is_needed_too) {
  Case c;
  c.question.proof = &c.proof;
  for (const auto reason :
       {Reason::token_invalid, Reason::token_expired, Reason::token_mismatch, Reason::token_replayed}) {
    c.proof.refuse(reason);
    const Decision d = c.run();
    BOOST_TEST(d.reason == reason);
    BOOST_TEST(d.token_fault == "the test says so");
  }
  c.proof.verdict = {};
  BOOST_TEST(c.run().allowed());  // nothing can be told, and nothing is asked for
  c.policy.token_required = true;
  BOOST_TEST(c.run().reason == Reason::token_required);
}

BOOST_AUTO_TEST_CASE(where_the_client_has_used_up_its_share_nothing_is_decided) {
  Case c;
  c.policy.monitor.add_all();
  c.question.proof = &c.proof;
  c.proof.verdict.kind = TokenVerdict::Kind::busy;
  const Decision d = c.run();
  BOOST_TEST(!d.allowed());
  BOOST_TEST(d.busy);
}

BOOST_AUTO_TEST_CASE(a_token_can_be_needed_of_everybody_an_authorizer_or_a_client) {
  const auto needed = [](auto set_up) {
    Case c;
    set_up(c);
    return c.run().reason == Reason::token_required;
  };
  BOOST_TEST(!needed([](Case&) {}));
  BOOST_TEST(needed([](Case& c) { c.policy.token_required = true; }));
  BOOST_TEST(needed([](Case& c) { c.authorizer.token_required = true; }));
  BOOST_TEST(needed([](Case& c) { c.policy.clients = {{"epcscf.ims.example", {Role::ep_cscf}, false, false, true}}; }));
  BOOST_TEST(!needed([](Case& c) {
    c.policy.clients = {{"epcscf2.ims.example", {Role::ep_cscf}, false, false, true}};
  }));
}

/// A vouching that was judged before, by the key k1 at t0, until a minute later.
struct Remembered : Case {
  Evidence evidence = VerifiedToken{"k1", "7", t0 + seconds{60}, t0};
  TokenRules rules;
  Remembered() {
    rules.keys = {{"k1", "{}", "1"}};
    policy.token_required = true;
    question.evidence = &evidence;
  }
  Decision asked(Time now = t0) {
    authorizer.tokens = std::make_shared<const TokenRules>(rules);
    return run(now);
  }
};

BOOST_FIXTURE_TEST_CASE(evidence_of_before_stands_until_its_end_and_while_its_key_is_trusted, Remembered) {
  BOOST_TEST(asked().allowed());
  BOOST_TEST((asked().until == t0 + seconds{60}));
  BOOST_TEST(asked(t0 + seconds{89}).allowed());  // within the skew
  BOOST_TEST(asked(t0 + seconds{90}).reason == Reason::token_expired);
  rules.keys[0].state = TokenKey::State::retired;
  BOOST_TEST(asked().allowed());
  rules.keys[0].state = TokenKey::State::revoked;
  rules.keys[0].revoked_since = t0 + seconds{1};
  BOOST_TEST(asked().allowed());  // it was verified before that
  rules.keys[0].revoked_since = t0;
  BOOST_TEST(asked().reason == Reason::token_invalid);
  rules.keys.clear();
  BOOST_TEST(asked().reason == Reason::token_invalid);
  evidence = ClientsWord{};
  BOOST_TEST(asked().reason == Reason::token_required);
  policy.token_required = false;
  BOOST_TEST(asked().allowed());
}

BOOST_FIXTURE_TEST_CASE(while_nobody_registers_only_a_revocation_that_deregisters_counts, Remembered) {
  question.evidence_asked = EvidenceAsked::revocation;
  const auto standing = [&](Time now) {
    (void)asked(now);
    return decide_standing(question, policy, now).reason;
  };
  BOOST_TEST(standing(t0 + seconds{1000}) == Reason::authorized);
  rules.keys[0].state = TokenKey::State::revoked;
  BOOST_TEST(standing(t0) == Reason::authorized);
  rules.keys[0].deregister = true;
  BOOST_TEST(standing(t0) == Reason::token_invalid);
  rules.keys[0].revoked_since = t0 + seconds{1};
  BOOST_TEST(standing(t0) == Reason::authorized);
  evidence = ClientsWord{};
  BOOST_TEST(standing(t0) == Reason::authorized);
  question.evidence_asked = EvidenceAsked::all;
  BOOST_TEST(standing(t0) == Reason::token_required);
}

BOOST_AUTO_TEST_CASE(a_token_cannot_satisfy_where_nothing_verifies_it) {
  Case c;
  c.authorizer.token_required = true;
  c.vouching.token = "something";
  BOOST_TEST(c.run().reason == Reason::token_required);
}

}  // namespace
}  // namespace vouchsafe::testing
