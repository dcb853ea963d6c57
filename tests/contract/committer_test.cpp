#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

// Works that fail, and works that are too many.
namespace vouchsafe::testing {
namespace {

/// Throws, as a bug in a procedure would.
class Throwing : public ports::Work {
 public:
  explicit Throwing(std::promise<Result<void>>& done) : done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader&) override { throw std::logic_error("the test throws"); }
  void finish(const Result<void>& outcome) noexcept override { done_.set_value(outcome); }

 private:
  std::promise<Result<void>>& done_;
};

BOOST_FIXTURE_TEST_CASE(a_procedure_that_throws_fails_alone, SqlStore) {
  add(alice());
  std::promise<Result<void>> thrown;
  std::promise<Result<void>> good;
  committer().submit(std::make_unique<Throwing>(thrown));
  committer().submit(std::make_unique<Given>(ports::Writes{ports::OutboxAddition{rtr("a.example", {})}}, good));
  BOOST_TEST(!thrown.get_future().get().has_value());
  BOOST_TEST(good.get_future().get().has_value());
  BOOST_TEST(outbox().hosts().value().size() == 1U);
}

/// Holds the committer up until it is told to go on.
class Slow : public ports::Work {
 public:
  Slow(std::shared_future<void> go, std::atomic<int>& overloaded) : go_(std::move(go)), overloaded_(overloaded) {}
  ports::Writes prepare(const ports::SubscriberReader&) override {
    go_.wait();
    return {};
  }
  void finish(const Result<void>& outcome) noexcept override {
    if (!outcome && outcome.error().kind == Error::Kind::overloaded) ++overloaded_;
  }

 private:
  std::shared_future<void> go_;
  std::atomic<int>& overloaded_;
};

BOOST_FIXTURE_TEST_CASE(a_full_queue_is_answered_at_once_and_takes_work_again, SqlStore) {
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> overloaded{0};
  {
    store::SqlCommitter small(database(), log(), {4, 1});
    for (int i = 0; i < 20; ++i) small.submit(std::make_unique<Slow>(gone, overloaded));
    BOOST_TEST(overloaded >= 15);
    go.set_value();
  }
  BOOST_TEST(overloaded <= 16);  // one at work and four in the queue were taken
}

}  // namespace
}  // namespace vouchsafe::testing
