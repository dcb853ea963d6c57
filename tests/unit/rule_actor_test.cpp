#include "delegation/rule_actor.hpp"

#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>

// What a rule that fired does: it suspends by the committer, and never takes anything from what an operator decided.
namespace vouchsafe::testing {
namespace {

using std::chrono::seconds;

/// Commits at once, what it is asked to on any thread, or fails so often before.
class Committer : public ports::Committer {
 public:
  explicit Committer(MemoryStore& store) : store_(store) {}
  void submit(std::unique_ptr<ports::Work> work) override {
    const std::lock_guard lock(mutex_);
    if (fails > 0) {
      --fails;
      work->finish(unavailable("the test says so"));
      return;
    }
    for (const auto& write : work->prepare(store_)) {
      if (const auto* change = std::get_if<ports::SuspensionChange>(&write)) {
        store_.set_suspension(change->name, change->suspension);
      }
    }
    work->finish({});
    done.set_value();
  }
  std::size_t fails = 0;
  std::promise<void> done;

 private:
  std::mutex mutex_;
  MemoryStore& store_;
};

/// A second passes whenever somebody looks.
class Hurried : public ports::Clock {
 public:
  [[nodiscard]] Time now() const override { return FakeClock().now(); }
  [[nodiscard]] std::chrono::milliseconds monotonic() const override { return seconds{++seconds_}; }

 private:
  mutable std::atomic<int> seconds_{0};
};

struct Acting : CxFixture {
  Hurried hurried;
  Committer committer{store};
  RecordingEvents events;
  NoLog log;
  Rule rule;

  Acting() {
    rule.name = "breach";
    rule.signal = Rule::Signal::subjects_not_granted;
    rule.threshold = 10;
    rule.action = Rule::Action::deregister;
    rule.lasts = seconds{3600};
  }
  /// Has the rule fire, and what it does be done.
  void fire() {
    delegation::RuleWatch watch({rule}, clock);
    const ports::Exchange exchange{"UAR", "s", "epcscf.ims.example", "epcscf.ims.example",
                                   result::authorization_rejected};
    for (int i = 0; i < 30; ++i) {
      Decision decision;
      decision.reason = Reason::not_granted;
      decision.evidence = VerifiedToken{"k1", std::to_string(i), {}, {}};
      watch.happened(ports::Decided{"i", "sip:u" + std::to_string(i), "waf.example", decision, false},
                     {clock.now(), &exchange});
    }
    delegation::RuleActor actor(watch, committer, events, hurried, log);
    committer.done.get_future().wait();
    actor.stop();
  }
  Suspensions suspensions() { return store.authorizers().value()->find(name("waf.example"))->suspensions; }
};

BOOST_FIXTURE_TEST_CASE(a_rule_suspends_for_its_time_and_says_that_it_did, Acting) {
  fire();
  BOOST_TEST_REQUIRE(suspensions().size() == 1U);
  BOOST_TEST((suspensions()[0].effect == Suspension::Effect::deregisters));
  BOOST_TEST((suspensions()[0].until == clock.now() + seconds{3600}));
  BOOST_TEST(suspensions()[0].why == "rule breach");
}

BOOST_FIXTURE_TEST_CASE(what_could_not_be_written_is_tried_again_until_it_is, Acting) {
  committer.fails = 3;
  fire();
  BOOST_TEST(committer.fails == 0U);
  BOOST_TEST(suspensions().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_rule_neither_shortens_nor_softens_what_an_operator_suspended, Acting) {
  Suspension held_for_good = held();
  held_for_good.why = "ticket 1";
  store.set_suspension(name("waf.example"), held_for_good);
  fire();  // it deregisters for an hour
  BOOST_TEST_REQUIRE(suspensions().size() == 1U);
  BOOST_TEST((suspensions()[0].effect == Suspension::Effect::deregisters));
  BOOST_TEST(!suspensions()[0].until.has_value());
  BOOST_TEST(suspensions()[0].why == "ticket 1; rule breach");
}

BOOST_FIXTURE_TEST_CASE(what_is_suspended_as_hard_and_as_long_is_left_as_it_is, Acting) {
  store.set_suspension(name("waf.example"), suspension());
  fire();
  BOOST_TEST((suspensions()[0] == suspension()));
}

}  // namespace
}  // namespace vouchsafe::testing
