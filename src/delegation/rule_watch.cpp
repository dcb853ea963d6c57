#include "delegation/rule_watch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>
#include <variant>

namespace vouchsafe::delegation {
namespace {

/// Differs from process to process, so that nobody can choose IMPUs that are counted as one.
const std::string& salt() {
  static const std::string instance = [] {
    std::random_device random;
    std::string out;
    for (int i = 0; i < 4; ++i) out += std::to_string(random());
    return out;
  }();
  return instance;
}

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t out = std::hash<std::string>{}(salt() + text);
  // The last step of MurmurHash3's 64 bits: each bit of the hash depends on each other one.
  out = (out ^ (out >> 33U)) * 0xff51afd7ed558ccdULL;
  out = (out ^ (out >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
  return out ^ (out >> 33U);
}

int check_of(Reason reason) { return reason_rows.at(static_cast<std::size_t>(reason)).check; }

/// Whose act a vouching was. A token that did not verify, or that was shown before, was shown by a client.
Rule::Of blamed(const Evidence& evidence, Reason reason) {
  return std::holds_alternative<VerifiedToken>(evidence) && check_of(reason) != 5 ? Rule::Of::authorizers
                                                                                  : Rule::Of::clients;
}

/// What counts for a rule that asks for refusals of any reason: not that of a third party's suspension, which a client
/// cannot know of, and not what a rule itself refused.
bool is_misdeed(Reason reason) { return reason != Reason::authorizer_suspended && reason != Reason::throttled; }

bool is_signal(const Rule& rule, const Decision& decision) {
  // What a monitored check let pass is what it would have refused.
  const Reason reason = decision.monitored ? *decision.monitored : decision.reason;
  switch (rule.signal) {
    case Rule::Signal::accepted:
      return decision.allowed();
    case Rule::Signal::refused:
      return reason != Reason::authorized && (rule.reason ? reason == *rule.reason : is_misdeed(reason));
    case Rule::Signal::subjects_not_granted:
      return reason == Reason::not_granted;
  }
  return false;
}

bool concerns(const Rule& rule, std::string_view name) {
  return rule.only.empty() || std::find(rule.only.begin(), rule.only.end(), name) != rule.only.end();
}

}  // namespace

void RuleWatch::replace(std::vector<Rule> rules) {
  const std::lock_guard lock(mutex_);
  std::vector<Watched> next;
  next.reserve(rules.size());
  for (auto& rule : rules) {
    const auto same =
        std::find_if(rules_.begin(), rules_.end(), [&](const Watched& known) { return known.rule == rule; });
    if (same != rules_.end()) {
      next.push_back(std::move(*same));
    } else {
      next.push_back({std::move(rule)});
    }
  }
  rules_ = std::move(next);
  counts_ = !rules_.empty();
  throttles_ = std::any_of(rules_.begin(), rules_.end(), [](const Watched& watched) {
    return watched.rule.action == Rule::Action::throttle && !watched.rule.dry_run;
  });
}

void RuleWatch::happened(const ports::Event& event, const ports::Occasion& occasion) noexcept {
  if (!counts_.load(std::memory_order_relaxed)) return;
  const auto* decided = std::get_if<ports::Decided>(&event);
  if (decided == nullptr || decided->authorizer.empty() || decided->remembered || occasion.exchange == nullptr) return;
  try {
    const Decision& decision = decided->decision;
    const Rule::Of of = blamed(decision.evidence, decision.monitored ? *decision.monitored : decision.reason);
    const std::string_view name =
        of == Rule::Of::authorizers ? std::string_view(decided->authorizer) : occasion.exchange->client;
    const Moment now = clock_.monotonic();
    const std::lock_guard lock(mutex_);
    for (auto& watched : rules_) {
      if (watched.rule.of == of && concerns(watched.rule, name) && is_signal(watched.rule, decision))
        count(watched, name, *decided, now);
    }
  } catch (const std::exception&) {
    return;  // without memory a count is lost, and never a request
  }
}

void RuleWatch::count(Watched& watched, std::string_view name, const ports::Decided& event, Moment now) {
  auto found = watched.subjects.find(name);
  if (found == watched.subjects.end()) {
    if (watched.subjects.size() >= most_subjects) {
      std::erase_if(watched.subjects,
                    [&](const auto& one) { return !one.second.fired && value(one.second, now) == 0; });
      if (watched.subjects.size() >= most_subjects) return;
    }
    found = watched.subjects.emplace(std::string(name), Subject(watched.rule)).first;
  }
  Subject& subject = found->second;
  if (subject.distinct) {
    subject.distinct->at(now).add(hash_of(event.impu));
  } else {
    ++subject.count.at(now);
  }
  auto& impus = subject.impus;
  if (impus.size() < most_samples && std::find(impus.begin(), impus.end(), event.impu) == impus.end())
    impus.push_back(event.impu);
}

bool RuleWatch::admits(std::string_view authorizer, std::string_view client, const Evidence& evidence) noexcept {
  if (!throttles_.load(std::memory_order_relaxed)) return true;
  const Rule::Of of = blamed(evidence, Reason::authorized);
  const std::string_view name = of == Rule::Of::authorizers ? authorizer : client;
  const Moment now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  for (auto& watched : rules_) {
    const Rule& rule = watched.rule;
    if (rule.action != Rule::Action::throttle || rule.dry_run || rule.of != of) continue;
    const auto found = watched.subjects.find(name);
    if (found == watched.subjects.end() || !found->second.fired) continue;
    if (!found->second.bucket.take(rule.rate, now)) return false;
  }
  return true;
}

std::uint64_t RuleWatch::value(const Subject& subject, Moment now) {
  if (subject.distinct) {
    DistinctSketch all;
    subject.distinct->each(now, [&](const DistinctSketch& slot) { all.merge(slot); });
    return static_cast<std::uint64_t>(std::llround(all.estimate()));
  }
  std::uint64_t sum = 0;
  subject.count.each(now, [&](std::uint64_t slot) { sum += slot; });
  return sum;
}

std::optional<ports::RuleTurned> RuleWatch::turn(const Rule& rule, const std::string& name, Subject& subject,
                                                 Moment now) const {
  const std::uint64_t found = value(subject, now);
  ports::RuleTurned out{ports::RuleTurned::To::fired,
                        rule.name,
                        name_of(rule.of),
                        name,
                        name_of(rule.signal),
                        name_of(rule.action),
                        rule.dry_run,
                        found,
                        rule.threshold,
                        rule.window};
  if (!subject.fired) {
    if (found < rule.threshold) return std::nullopt;
    subject.fired = true;
    subject.quiet_since.reset();
    subject.bucket = TokenBucket(rule.rate, now);
    out.impus = std::exchange(subject.impus, {});
    if (rule.suspends()) {
      subject.count.clear();
      if (subject.distinct) subject.distinct->clear();
    }
    return out;
  }
  if (2 * found >= rule.threshold) {
    subject.quiet_since.reset();
  } else if (!subject.quiet_since) {
    subject.quiet_since = now;
  }
  if (!subject.quiet_since || now - *subject.quiet_since < rule.cool_down) return std::nullopt;
  subject.fired = false;
  subject.impus.clear();
  out.to = ports::RuleTurned::To::over;
  return out;
}

std::vector<RuleWatch::Turned> RuleWatch::turn() {
  std::vector<Turned> out;
  if (!counts_.load(std::memory_order_relaxed)) return out;
  const Moment now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  for (auto& watched : rules_) {
    for (auto& [name, subject] : watched.subjects) {
      if (auto event = turn(watched.rule, name, subject, now)) out.push_back({watched.rule, std::move(*event)});
    }
  }
  return out;
}

}  // namespace vouchsafe::delegation
