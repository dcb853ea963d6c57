#include "delegation/rule_actor.hpp"

#include "operations/suspensions.hpp"

#include <chrono>
#include <utility>

namespace vouchsafe::delegation {
namespace {

constexpr std::chrono::milliseconds often{100};

Suspension suspension_of(const RuleWatch::Turned& turned, Time now) {
  Suspension out;
  out.effect =
      turned.rule.action == Rule::Action::deregister ? Suspension::Effect::deregisters : Suspension::Effect::holds;
  out.since = now;
  if (turned.rule.lasts) out.until = now + *turned.rule.lasts;
  out.why = "rule " + turned.rule.name;
  return out;
}

/// \return whether one that is in force stops as much, for as long
bool is_covered(const Authorizer& authorizer, const Suspension& wanted, Time now) {
  const Suspension* there = authorizer.suspension(now);
  return there != nullptr && there->effect >= wanted.effect &&
         (!there->until || (wanted.until && *there->until >= *wanted.until));
}

}  // namespace

/// Suspends by the operation that vouchctl suspends by.
class RuleActor::Work : public ports::Work {
 public:
  Work(RuleActor& actor, AuthorizerName name, Suspension suspension)
      : actor_(actor), name_(std::move(name)), suspension_(std::move(suspension)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    const auto known = reader.authorizers();
    if (!known) throw std::runtime_error(known.error().detail);
    const Authorizer* authorizer = (*known)->find(name_);
    // One that is gone vouches for nobody, and an operator's own suspension is never shortened or softened.
    if (authorizer == nullptr || is_covered(*authorizer, suspension_, suspension_.since)) return {};
    auto writes = operations::suspend(name_, suspension_, reader, suspension_.since);
    if (!writes) throw std::runtime_error(writes.error().detail);
    return std::move(*writes);
  }
  void finish(const Result<void>& outcome) noexcept override { actor_.finished(name_, suspension_, outcome); }

 private:
  RuleActor& actor_;
  AuthorizerName name_;
  Suspension suspension_;
};

RuleActor::RuleActor(RuleWatch& watch, ports::Committer& committer, ports::Publisher& events, const ports::Clock& clock,
                     ports::Log& log)
    : watch_(watch), committer_(committer), events_(events), clock_(clock), log_(log), thread_([this] { run(); }) {}

void RuleActor::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void RuleActor::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto again = std::exchange(again_, {});
    lock.unlock();
    try {
      for (const auto& [name, suspension] : again) submit(name, suspension);
      act(watch_.turn());
    } catch (const std::exception& e) {
      log_.write(ports::message::escaped_exception{.where = "rules", .what = e.what()});
    }
    lock.lock();
    wake_.wait_for(lock, often, [this] { return stopping_; });
  }
}

void RuleActor::act(std::vector<RuleWatch::Turned> turned) {
  for (auto& one : turned) {
    const bool acts = one.rule.suspends() && !one.rule.dry_run && one.event.to == ports::RuleTurned::To::fired;
    events_.publish(one.event);
    if (acts) submit(AuthorizerName::trusted(one.event.subject), suspension_of(one, clock_.now()));
  }
}

void RuleActor::submit(const AuthorizerName& name, const Suspension& suspension) {
  committer_.submit(std::make_unique<Work>(*this, name, suspension));
}

void RuleActor::finished(const AuthorizerName& name, const Suspension& suspension,
                         const Result<void>& outcome) noexcept {
  if (outcome) return;
  try {
    log_.write(ports::message::rule_not_done{.authorizer = name.text(), .why = outcome.error().detail});
    const std::lock_guard lock(mutex_);
    again_.emplace_back(name, suspension);
  } catch (const std::exception&) {
    return;  // without memory: the rule fires again when it has cooled down
  }
}

}  // namespace vouchsafe::delegation
