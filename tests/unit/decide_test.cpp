#include "support/decided.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

using std::chrono::seconds;

/// Every check, spoiled by itself; the mask of a combination says which.
struct Spoiler {
  Reason reason;
  void (*spoil)(Asked&);
};
const std::vector<Spoiler> spoilers = {
    {Reason::delegation_required, [](Asked& c) { c.question.rests_on = RestsOn::nothing; }},
    {Reason::relay_not_trusted, [](Asked& c) { c.question.roles = {Role::i_cscf}; }},
    {Reason::authorizer_unknown, [](Asked& c) { c.question.authorizer = nullptr; }},
    {Reason::authorizer_suspended, [](Asked& c) { c.authorizer.suspensions = {suspension()}; }},
    {Reason::token_required, [](Asked& c) { c.policy.token_required = true; }},
    {Reason::token_expired,
     [](Asked& c) {
       c.proof.refuse(Reason::token_expired);
       c.question.proof = &c.proof;
     }},
    {Reason::not_granted, [](Asked& c) { c.grants.clear(); }},
};

BOOST_AUTO_TEST_CASE(the_first_failing_check_wins_in_every_combination) {
  for (unsigned mask = 0; mask < (1U << spoilers.size()); ++mask) {
    Asked c;
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
      Asked c;
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
  Asked c;
  c.grants.front().not_after = asked_at;
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
  Asked c;
  c.grants.front().not_after = asked_at;
  c.grants.front().wwsf = {name("shop.example")};
  c.vouching.wwsf = name("evil.example");
  BOOST_TEST(c.run().reason == Reason::grant_expired);
  c.policy.monitor.add(Reason::grant_expired);
  BOOST_TEST(c.run().reason == Reason::wwsf_not_granted);
  c.grants.push_back(grant_to("waf.example"));  // over as well, but for every WWSF
  c.grants.back().not_after = asked_at;
  BOOST_TEST(c.run().allowed());
}

BOOST_AUTO_TEST_CASE(monitoring_can_be_for_one_client_or_one_role) {
  ReasonSet all;
  all.add_all();
  const auto monitored = [&](auto set_up) {
    Asked c;
    c.grants.clear();
    set_up(c);
    return c.run().allowed();
  };
  BOOST_TEST(monitored([&](Asked& c) { c.policy.monitor_clients = {{"epcscf.ims.example", all}}; }));
  BOOST_TEST(monitored([&](Asked& c) { c.policy.monitor_clients = {{"*.ims.example", all}}; }));
  BOOST_TEST(!monitored([&](Asked& c) { c.policy.monitor_clients = {{"other.ims.example", all}}; }));
  BOOST_TEST(monitored([&](Asked& c) { c.policy.monitor_roles = {{Role::ep_cscf, all}}; }));
  BOOST_TEST(!monitored([&](Asked& c) { c.policy.monitor_roles = {{Role::s_cscf, all}}; }));
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
  Asked c;
  const std::vector<const Impu*> set{&c.as, &tel};
  c.question.set = set;
  BOOST_TEST(c.run().reason == Reason::not_granted);
  BOOST_TEST(c.run().uncovered == "tel:+15550100");
  Grant rest = grant_to("waf.example", "tel:+15550100");
  rest.not_after = asked_at + seconds{5};
  c.grants.push_back(rest);
  BOOST_TEST(c.run().allowed());
  BOOST_TEST((c.run().until == asked_at + seconds{5}));  // the set goes with the first of them
  BOOST_TEST(c.run(asked_at + seconds{5}).reason == Reason::grant_expired);
  c.grants = {grant_of_impi("waf.example")};
  BOOST_TEST(c.run().allowed());
}

#ifdef NDEBUG  // elsewhere an assertion ends the program, which is what finds it in time
BOOST_AUTO_TEST_CASE(the_registrys_entry_of_another_authorizer_is_none) {
  Asked c;
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
    {"ends now", {window({}, asked_at)}, Reason::grant_expired},
    {"ends a second later", {window({}, asked_at + seconds{1})}, Reason::authorized},
    {"begins now", {window(asked_at, {})}, Reason::authorized},
    {"begins a second later", {window(asked_at + seconds{1}, {})}, Reason::grant_not_yet_valid},
    {"through a WWSF that was not named", {window({}, {}, "shop.example")}, Reason::wwsf_not_granted},
    {"an expired one beside a good one", {window({}, asked_at), of_impi("alice@ims.example")}, Reason::authorized},
    {"an expired one beside a later one",
     {window({}, asked_at), window(asked_at + seconds{9}, {})},
     Reason::grant_not_yet_valid},
};
BOOST_DATA_TEST_CASE(the_decision_follows_the_grants, bdata::make(grant_rows), row) {
  Asked c;
  c.grants = row.grants;
  BOOST_TEST(c.run().reason == row.expected);
}

BOOST_AUTO_TEST_CASE(a_wwsf_must_be_on_the_grants_list) {
  Asked c;
  c.grants = {window({}, {}, "shop.example")};
  c.vouching.wwsf = name("shop.example");
  BOOST_TEST(c.run().allowed());
  c.vouching.wwsf = name("evil.example");
  BOOST_TEST(c.run().reason == Reason::wwsf_not_granted);
  c.grants = {window({}, {})};
  BOOST_TEST(c.run().allowed());
}

BOOST_AUTO_TEST_CASE(an_authorization_ends_with_the_longest_grant) {
  Asked c;
  c.grants = {window({}, asked_at + seconds{10})};
  BOOST_TEST((c.run().until == asked_at + seconds{10}));
  c.grants.push_back(of_impi("alice@ims.example"));
  BOOST_TEST(!c.run().until.has_value());
}

BOOST_AUTO_TEST_CASE(a_request_without_a_vouching_from_an_ordinary_cscf_is_direct) {
  Asked c;
  c.question.vouching = nullptr;
  c.question.authorizer = nullptr;
  c.question.roles = {Role::i_cscf};
  BOOST_TEST(c.run().allowed());
  c.question.vouching_only = true;
  BOOST_TEST(c.run().reason == Reason::delegation_required);
}

BOOST_AUTO_TEST_CASE(without_a_configuration_everything_delegated_is_refused) {
  Asked c;
  c.question.roles = {};
  BOOST_TEST(c.run().reason == Reason::relay_not_trusted);
}

BOOST_AUTO_TEST_CASE(a_token_is_looked_at_once_and_only_where_checks_1_to_4_let_pass) {
  Asked good;
  good.question.proof = &good.proof;
  BOOST_TEST(good.run().allowed());
  BOOST_TEST(good.proof.asked == 1);
  for (const auto& spoiler : spoilers) {
    if (spoiler.reason >= Reason::token_required) continue;
    Asked c;
    c.question.proof = &c.proof;
    spoiler.spoil(c);
    BOOST_TEST_CONTEXT(name_of(spoiler.reason)) {
      BOOST_TEST(!c.run().allowed());
      BOOST_TEST(c.proof.asked == 0);
    }
  }
}

}  // namespace
}  // namespace vouchsafe::testing
