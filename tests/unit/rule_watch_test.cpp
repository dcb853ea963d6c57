#include "delegation/rule_watch.hpp"

#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

// The operator's rules: what is counted, against whom, and what a rule that fires does.
namespace vouchsafe::testing {
namespace {

using std::chrono::seconds;
using Turned = ports::RuleTurned;

Rule strangers(Rule::Of of = Rule::Of::authorizers) {
  Rule out;
  out.name = "strangers";
  out.signal = Rule::Signal::subjects_not_granted;
  out.of = of;
  out.threshold = 20;
  out.window = seconds{120};
  out.cool_down = seconds{60};
  return out;
}

Rule refused(std::optional<Reason> reason = {}, Rule::Of of = Rule::Of::clients) {
  Rule out = strangers(of);
  out.name = "refused";
  out.signal = Rule::Signal::refused;
  out.reason = reason;
  return out;
}

/// Each time another token.
Evidence signed_by_key() {
  static int made = 0;
  return VerifiedToken{"k1", std::to_string(++made), {}, {}};
}

/// Rules, and who vouches for whom.
struct Watching {
  FakeClock clock;
  delegation::RuleWatch watch;

  explicit Watching(std::vector<Rule> rules) : watch(std::move(rules), clock) {}

  void vouch(const std::string& impu, Reason reason, const std::optional<Evidence>& evidence = {},
             const std::string& authorizer = "waf.example", const std::string& client = "epcscf.ims.example",
             bool remembered = false) {
    Decision decision;
    decision.reason = reason;
    decision.evidence = evidence ? *evidence : signed_by_key();
    const ports::Exchange exchange{"UAR", "session", client, client, result::authorization_rejected};
    watch.happened(ports::Decided{"i@ims.example", impu, authorizer, decision, remembered}, {clock.now(), &exchange});
  }
  void vouch_for(int from, int to, Reason reason, const std::optional<Evidence>& evidence = {},
                 const std::string& authorizer = "waf.example", const std::string& client = "epcscf.ims.example") {
    for (int i = from; i < to; ++i)
      vouch("sip:u" + std::to_string(i) + "@ims.example", reason, evidence, authorizer, client);
  }
  std::vector<Turned> turn() {
    std::vector<Turned> out;
    for (auto& one : watch.turn()) out.push_back(std::move(one.event));
    return out;
  }
  bool admits(const std::optional<Evidence>& evidence = {}, const std::string& authorizer = "waf.example",
              const std::string& client = "epcscf.ims.example") {
    return watch.admits(authorizer, client, evidence ? *evidence : signed_by_key());
  }
};

BOOST_AUTO_TEST_CASE(an_authorizer_that_vouches_for_strangers_is_told_with_the_count_and_some_of_them) {
  Watching w({strangers()});
  w.vouch_for(0, 15, Reason::not_granted);
  for (int again = 0; again < 10; ++again) w.vouch_for(0, 15, Reason::not_granted);  // the same ones
  BOOST_TEST(w.turn().empty());
  w.vouch_for(15, 35, Reason::not_granted);
  const auto fired = w.turn();
  BOOST_TEST_REQUIRE(fired.size() == 1U);
  BOOST_TEST((fired[0].to == Turned::To::fired));
  BOOST_TEST(fired[0].rule == "strangers");
  BOOST_TEST(fired[0].subject == "waf.example");
  BOOST_TEST(fired[0].of == "authorizers");
  BOOST_TEST(fired[0].count >= 20U);
  BOOST_TEST(fired[0].count <= 50U);
  BOOST_TEST(fired[0].impus.size() == delegation::RuleWatch::most_samples);
  BOOST_TEST(fired[0].impus.back() == "sip:u34@ims.example");
  BOOST_TEST(w.turn().empty());  // told once
}

BOOST_AUTO_TEST_CASE(who_names_an_honest_authorizer_without_its_token_is_counted_and_not_the_authorizer) {
  Watching w({strangers(), strangers(Rule::Of::clients)});
  w.vouch_for(0, 100, Reason::not_granted, Evidence{});
  const auto fired = w.turn();
  BOOST_TEST_REQUIRE(fired.size() == 1U);
  BOOST_TEST(fired[0].of == "clients");
  BOOST_TEST(fired[0].subject == "epcscf.ims.example");
}

BOOST_AUTO_TEST_CASE(a_token_that_did_not_verify_or_was_shown_before_is_the_clients_act) {
  for (const auto reason : {Reason::token_invalid, Reason::token_replayed, Reason::token_mismatch}) {
    Watching w({refused({}, Rule::Of::authorizers), refused(reason)});
    w.vouch_for(0, 100, reason, Evidence{});
    const auto fired = w.turn();
    BOOST_TEST_REQUIRE(fired.size() == 1U);
    BOOST_TEST(fired[0].of == "clients");
  }
}

BOOST_AUTO_TEST_CASE(a_client_is_not_blamed_for_a_suspension_or_for_what_a_rule_refused) {
  Watching w({refused()});
  w.vouch_for(0, 100, Reason::authorizer_suspended, Evidence{});
  w.vouch_for(0, 100, Reason::throttled, Evidence{});
  BOOST_TEST(w.turn().empty());
  w.vouch_for(0, 20, Reason::authorizer_unknown, Evidence{});
  BOOST_TEST(w.turn().size() == 1U);
  Watching asked({refused(Reason::authorizer_suspended)});
  asked.vouch_for(0, 20, Reason::authorizer_suspended, Evidence{});
  BOOST_TEST(asked.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_genuine_token_shown_again_and_again_is_one_act_of_its_authorizer) {
  Rule accepted = strangers();
  accepted.name = "accepted";
  accepted.signal = Rule::Signal::accepted;
  Watching w({strangers(), refused(Reason::not_granted, Rule::Of::authorizers), accepted});
  const Evidence one = VerifiedToken{"k1", "the same", {}, {}};
  w.vouch_for(0, 200, Reason::not_granted, one);
  w.vouch_for(0, 200, Reason::authorized, one);
  BOOST_TEST(w.turn().empty());
  w.vouch_for(0, 60, Reason::not_granted);  // each with a token of its own
  BOOST_TEST(w.turn().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_client_is_the_same_however_it_writes_its_name) {
  Watching w({strangers(Rule::Of::clients)});
  for (int i = 0; i < 30; ++i)
    w.vouch("sip:u" + std::to_string(i) + "@ims.example", Reason::not_granted, Evidence{}, "waf.example",
            i % 2 == 0 ? "EpCsCf.ims.example" : "epcscf.IMS.example");
  BOOST_TEST(w.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_check_that_is_only_monitored_hides_no_refusal) {
  Watching w({strangers(Rule::Of::clients)});
  Decision decision;
  decision.monitored = Reason::token_required;
  decision.let_pass.add(Reason::token_required);
  decision.reason = Reason::not_granted;
  const ports::Exchange exchange{"UAR", "s", "epcscf.ims.example", "epcscf.ims.example",
                                 result::authorization_rejected};
  for (int i = 0; i < 30; ++i)
    w.watch.happened(ports::Decided{"i@ims.example", "sip:u" + std::to_string(i), "waf.example", decision, false},
                     {w.clock.now(), &exchange});
  BOOST_TEST(w.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_goes_on_after_a_suspension_is_suspended_again_before_the_rule_has_cooled_down) {
  Rule rule = strangers();
  rule.action = Rule::Action::hold;
  Watching w({rule});
  for (int again = 0; again < 3; ++again) {
    w.vouch_for(0, 40, Reason::not_granted);
    BOOST_TEST(w.turn().size() == 1U);
    BOOST_TEST(w.turn().empty());
    w.clock.pass(seconds{1});
  }
}

BOOST_AUTO_TEST_CASE(what_an_earlier_request_brought_is_counted_once) {
  Watching w({refused(Reason::not_granted, Rule::Of::authorizers)});
  for (int i = 0; i < 100; ++i)
    w.vouch("sip:u@ims.example", Reason::not_granted, {}, "waf.example", "scscf.ims.example", true);
  BOOST_TEST(w.turn().empty());
}

BOOST_AUTO_TEST_CASE(what_is_only_monitored_counts_as_what_it_would_have_been) {
  Watching w({strangers()});
  Decision let_pass;
  let_pass.monitored = Reason::not_granted;

  const ports::Exchange exchange{"UAR", "session", "epcscf.ims.example", "epcscf.ims.example", result::success};
  for (int i = 0; i < 30; ++i) {
    let_pass.evidence = VerifiedToken{"k1", std::to_string(i), {}, {}};
    w.watch.happened(ports::Decided{"i@ims.example", "sip:u" + std::to_string(i), "waf.example", let_pass, false},
                     {w.clock.now(), &exchange});
  }
  BOOST_TEST(w.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_window_slides_by_the_monotonic_clock) {
  Watching w({refused(Reason::not_granted)});
  w.vouch_for(0, 15, Reason::not_granted, Evidence{});
  w.clock.set(std::chrono::hours{24 * 365});
  BOOST_TEST(w.turn().empty());
  w.clock.pass(seconds{121});
  w.vouch_for(0, 15, Reason::not_granted, Evidence{});
  BOOST_TEST(w.turn().empty());  // the first 15 are out of the window
  w.clock.set(-std::chrono::hours{24 * 365});
  w.clock.pass(seconds{60});
  w.vouch_for(0, 5, Reason::not_granted, Evidence{});
  BOOST_TEST(w.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_rule_is_over_below_half_its_threshold_and_not_while_it_swings_about_it) {
  Watching w({refused(Reason::not_granted)});
  w.vouch_for(0, 20, Reason::not_granted, Evidence{});
  BOOST_TEST(w.turn().size() == 1U);
  for (int i = 0; i < 20; ++i) {  // 12 in each window: below the threshold, and above its half
    w.clock.pass(seconds{60});
    w.vouch_for(0, 6, Reason::not_granted, Evidence{});
    BOOST_TEST(w.turn().empty());
  }
  w.clock.pass(seconds{121});
  BOOST_TEST(w.turn().empty());
  w.clock.pass(seconds{59});
  BOOST_TEST(w.turn().empty());
  w.clock.pass(seconds{1});
  const auto over = w.turn();
  BOOST_TEST_REQUIRE(over.size() == 1U);
  BOOST_TEST((over[0].to == Turned::To::over));
  w.vouch_for(0, 20, Reason::not_granted, Evidence{});
  BOOST_TEST(w.turn().size() == 1U);  // and it fires again
}

BOOST_AUTO_TEST_CASE(a_throttle_lets_its_rate_through_for_whom_it_is_and_for_nobody_else) {
  Rule rule = strangers();
  rule.action = Rule::Action::throttle;
  rule.rate = 5;
  Watching w({rule});
  for (int i = 0; i < 100; ++i) BOOST_TEST(w.admits());
  w.vouch_for(0, 30, Reason::not_granted);
  BOOST_TEST(w.turn().size() == 1U);
  const auto admitted = [&](const Evidence& evidence, const std::string& authorizer) {
    int out = 0;
    for (int i = 0; i < 100; ++i) out += w.admits(evidence, authorizer) ? 1 : 0;
    return out;
  };
  BOOST_TEST(admitted(signed_by_key(), "waf.example") == 5);
  BOOST_TEST(admitted(signed_by_key(), "other.example") == 100);
  BOOST_TEST(admitted(Evidence{}, "waf.example") == 100);  // that is not its own act
  w.clock.pass(seconds{1});
  BOOST_TEST(admitted(signed_by_key(), "waf.example") == 5);
  w.clock.pass(seconds{200});
  (void)w.turn();
  w.clock.pass(seconds{60});
  BOOST_TEST(w.turn().size() == 1U);
  BOOST_TEST(admitted(signed_by_key(), "waf.example") == 100);
}

BOOST_AUTO_TEST_CASE(a_dry_run_is_told_and_throttles_nobody) {
  Rule rule = strangers();
  rule.action = Rule::Action::throttle;
  rule.rate = 1;
  rule.dry_run = true;
  Watching w({rule});
  w.vouch_for(0, 30, Reason::not_granted);
  const auto fired = w.turn();
  BOOST_TEST_REQUIRE(fired.size() == 1U);
  BOOST_TEST(fired[0].dry_run);
  for (int i = 0; i < 100; ++i) BOOST_TEST(w.admits());
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_a_suspension_is_told_once_however_long_it_goes_on) {
  Rule rule = strangers();
  rule.action = Rule::Action::hold;
  rule.dry_run = true;
  Watching w({rule});
  w.vouch_for(0, 40, Reason::not_granted);
  BOOST_TEST(w.turn().size() == 1U);
  for (int i = 0; i < 5; ++i) {
    w.clock.pass(seconds{2});
    w.vouch_for(0, 40, Reason::not_granted);
    BOOST_TEST(w.turn().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_rule_may_watch_some_alone) {
  Rule rule = strangers();
  rule.only = {"other.example"};
  Watching w({rule});
  w.vouch_for(0, 30, Reason::not_granted);
  BOOST_TEST(w.turn().empty());
  w.vouch_for(0, 30, Reason::not_granted, {}, "other.example");
  BOOST_TEST(w.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_reload_keeps_what_was_counted_by_a_rule_that_stays) {
  Watching w({refused(Reason::not_granted)});
  w.vouch_for(0, 15, Reason::not_granted, Evidence{});
  w.watch.replace({strangers(), refused(Reason::not_granted)});
  w.vouch_for(15, 20, Reason::not_granted, Evidence{});
  const auto fired = w.turn();
  BOOST_TEST_REQUIRE(fired.size() == 1U);
  BOOST_TEST(fired[0].rule == "refused");
  w.watch.replace({});
  w.vouch_for(0, 100, Reason::not_granted, Evidence{});
  BOOST_TEST(w.turn().empty());
}

BOOST_AUTO_TEST_CASE(names_without_end_take_no_memory_without_end_and_hide_nobody_for_good) {
  Watching w({strangers(Rule::Of::clients)});
  for (int i = 0; i < 10'000; ++i)
    w.vouch("sip:u@ims.example", Reason::not_granted, Evidence{}, "a" + std::to_string(i) + ".example",
            "c" + std::to_string(i) + ".ims.example");
  w.vouch_for(0, 30, Reason::not_granted, Evidence{}, "waf.example", "late.ims.example");
  BOOST_TEST(w.turn().empty());  // there is no room for one more
  w.clock.pass(seconds{121});
  w.vouch_for(0, 30, Reason::not_granted, Evidence{}, "waf.example", "late.ims.example");
  BOOST_TEST(w.turn().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sketch_tells_how_many_different_there_were) {
  for (const int many : {0, 1, 20, 100, 1000, 100'000}) {
    delegation::DistinctSketch sketch;
    std::uint64_t hash = 88172645463325252ULL;
    for (int i = 0; i < many; ++i) {
      hash ^= hash << 13U;
      hash ^= hash >> 7U;
      hash ^= hash << 17U;
      sketch.add(hash * 0x2545F4914F6CDD1DULL);
      sketch.add(hash * 0x2545F4914F6CDD1DULL);
    }
    BOOST_TEST_CONTEXT(many << " values") {
      BOOST_TEST(std::abs(sketch.estimate() - many) <= 1 + 0.2 * many);  // three standard errors
    }
  }
}

struct ThrottledUar : CxFixture {
  ThrottledUar() { store.add(alice(), {}, {grant_of_impi("waf.example")}); }
};
BOOST_FIXTURE_TEST_CASE(who_is_throttled_is_refused_as_that_and_what_another_check_refuses_takes_no_share,
                        ThrottledUar) {
  const auto ask = [&](const std::string& waf) { return cx::user_authorization(ua(waf), store, context); };
  throttles.left = 1;
  BOOST_TEST((ask("other.example").answer.verdict.delegation_result == Reason::not_granted));
  BOOST_TEST(throttles.asked == 0U);
  BOOST_TEST((ask("waf.example").answer.verdict.code == result::first_registration));
  const auto outcome = ask("waf.example");
  BOOST_TEST((outcome.answer.verdict.code == result::authorization_rejected));
  BOOST_TEST((outcome.answer.verdict.delegation_result == Reason::throttled));
}

}  // namespace
}  // namespace vouchsafe::testing
