#include "delegation/rule_actor.hpp"

#include "operations/suspensions.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace vouchsafe::delegation {
namespace {

constexpr std::chrono::milliseconds often{100};

Suspension suspension_of(const Rule& rule, Time now) {
  Suspension out;
  out.effect = rule.action == Rule::Action::deregister ? Suspension::Effect::deregisters : Suspension::Effect::holds;
  out.since = now;
  if (rule.lasts) out.until = now + *rule.lasts;
  out.why = "rule " + rule.name;
  return out;
}

/// \return what stops as much as either, for as long; nothing where one that is in force does
std::optional<Suspension> stronger(const Authorizer& authorizer, Suspension wanted, Time now) {
  const Suspension* there = authorizer.suspension(now);
  if (there == nullptr) return wanted;
  const Suspension alone = wanted;
  wanted.effect = std::max(wanted.effect, there->effect);
  if (!there->until || (wanted.until && *there->until > *wanted.until)) wanted.until = there->until;
  wanted.since = there->since;
  if (wanted.effect == there->effect && wanted.until == there->until) return std::nullopt;
  if (!there->why.ends_with(alone.why))
    wanted.why = there->why.empty() ? alone.why : there->why + "; " + alone.why;
  else
    wanted.why = there->why;
  return wanted;
}

}  // namespace

/// Suspends by the operation that vouchctl suspends by.
class RuleActor::Work : public ports::Work {
 public:
  Work(RuleActor& actor, Due due) : actor_(actor), due_(std::move(due)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    const auto known = reader.authorizers();
    if (!known) throw std::runtime_error(known.error().detail);
    const Authorizer* authorizer = (*known)->find(due_.name);
    if (authorizer == nullptr) return {};  // it vouches for nobody
    const Time now = actor_.clock_.now();  // when it begins to hold, however often it was tried before
    // An operator's own suspension is never shortened or softened.
    const auto wanted = stronger(*authorizer, suspension_of(due_.rule, now), now);
    if (!wanted) return {};
    auto writes = operations::suspend(due_.name, *wanted, reader, now);
    if (!writes) throw std::runtime_error(writes.error().detail);
    return std::move(*writes);
  }
  void finish(const Result<void>& outcome) noexcept override { actor_.finished(due_, outcome); }

 private:
  RuleActor& actor_;
  Due due_;
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
    const auto now = clock_.monotonic();
    std::vector<Due> again;
    const auto not_yet =
        std::stable_partition(again_.begin(), again_.end(), [&](const Due& due) { return due.not_before > now; });
    std::move(not_yet, again_.end(), std::back_inserter(again));
    again_.erase(not_yet, again_.end());
    lock.unlock();
    for (const auto& due : again) submit(due);
    try {
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
    if (acts) submit({AuthorizerName::trusted(one.event.subject), one.rule, 0, {}});
  }
}

void RuleActor::submit(const Due& due) noexcept {
  try {
    committer_.submit(std::make_unique<Work>(*this, due));
  } catch (const std::exception&) {
    try_again(due, "there is no memory for it");
  }
}

void RuleActor::finished(const Due& due, const Result<void>& outcome) noexcept {
  if (!outcome) try_again(due, outcome.error().detail);
}

void RuleActor::try_again(const Due& due, std::string_view why) noexcept {
  try {
    constexpr int longest = 6;  // doublings: a minute
    Due next = due;
    next.not_before = clock_.monotonic() + std::chrono::seconds{1} * (1 << std::min(due.tries, longest));
    if (next.tries++ % longest == 0)
      log_.write(ports::message::rule_not_done{.authorizer = due.name.text(), .why = why});
    const std::lock_guard lock(mutex_);
    const bool is_there = std::any_of(again_.begin(), again_.end(), [&](const Due& known) {
      return known.name == due.name && known.rule == due.rule;
    });
    if (!is_there) again_.push_back(std::move(next));  // who goes on makes a rule fire again meanwhile
  } catch (const std::exception&) {
    return;  // without memory: who goes on vouching makes the rule fire again
  }
}

}  // namespace vouchsafe::delegation
