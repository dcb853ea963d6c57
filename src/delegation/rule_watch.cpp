#include "delegation/rule_watch.hpp"

#include "domain/text.hpp"

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

/// Whose act a vouching was. Who may carry one, and that a token did not verify or was shown before, is a client's.
Rule::Of blamed(const Evidence& evidence, int check) {
  const bool is_clients = check == 2 || check == 5 || !std::holds_alternative<VerifiedToken>(evidence);
  return is_clients ? Rule::Of::clients : Rule::Of::authorizers;
}

/// What counts for a rule that asks for refusals of any reason: not that of a third party's suspension, which a client
/// cannot know of, and not what a rule itself refused.
bool is_misdeed(Reason reason) { return reason != Reason::authorizer_suspended && reason != Reason::throttled; }

/// Calls visit for the reason that refused a vouching, or for each that would have, were it not only monitored.
template <class Visit>
void each_reason(const Decision& decision, const Visit& visit) {
  if (!decision.allowed()) return visit(decision.reason);
  for (const auto& row : reason_rows) {
    if (row.reason == decision.monitored || decision.let_pass.has(row.reason)) visit(row.reason);
  }
}

/// \return whether a vouching is the rule's signal, of an act of whom it watches
bool is_signal(const Rule& rule, const Decision& decision) {
  if (rule.signal == Rule::Signal::accepted) {
    // What was throttled would have been accepted: else a throttle would end what it is there for.
    const bool good = decision.allowed() || decision.reason == Reason::throttled;
    return good && blamed(decision.evidence, 0) == rule.of;
  }
  bool out = false;
  each_reason(decision, [&](Reason reason) {
    const bool is_it = rule.signal == Rule::Signal::subjects_not_granted ? reason == Reason::not_granted
                       : rule.reason                                     ? reason == *rule.reason
                                                                         : is_misdeed(reason);
    out = out || (is_it && blamed(decision.evidence, check_of(reason)) == rule.of);
  });
  return out;
}

std::string token_text(const Evidence& evidence) {
  const auto* token = std::get_if<VerifiedToken>(&evidence);
  if (token == nullptr) return {};
  return token->kid + '\n' + token->jti + '\n' + std::to_string(token->until.time_since_epoch().count());
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
  accepted_ = std::any_of(rules_.begin(), rules_.end(),
                          [](const Watched& watched) { return watched.rule.signal == Rule::Signal::accepted; });
  throttles_ = std::any_of(rules_.begin(), rules_.end(), [](const Watched& watched) {
    return watched.rule.action == Rule::Action::throttle && !watched.rule.dry_run;
  });
}

void RuleWatch::happened(const ports::Event& event, const ports::Occasion& occasion) noexcept {
  if (!counts_.load(std::memory_order_relaxed)) return;
  const auto* decided = std::get_if<ports::Decided>(&event);
  if (decided == nullptr || decided->authorizer.empty() || decided->remembered || occasion.exchange == nullptr) return;
  const Decision& decision = decided->decision;
  if (decision.allowed() && !decision.monitored && !accepted_.load(std::memory_order_relaxed)) return;
  try {
    // A name on the wire is the same whatever the case of its letters.
    const std::string client = lowered(occasion.exchange->client);
    const Moment now = clock_.monotonic();
    const std::lock_guard lock(mutex_);
    for (auto& watched : rules_) {
      const std::string& name = watched.rule.of == Rule::Of::authorizers ? decided->authorizer : client;
      if (concerns(watched.rule, name) && is_signal(watched.rule, decision)) count(watched, name, *decided, now);
    }
  } catch (const std::exception&) {
    return;  // without memory a count is lost, and never a request
  }
}

/// Lets those go that are quiet. Once a second at most: whoever fills the room must not have it looked through for each
/// request. \return whether there is room
bool RuleWatch::make_room(Watched& watched, Moment now) {
  constexpr std::chrono::milliseconds seldom{1000};
  auto& subjects = watched.subjects;
  if (subjects.size() < most_subjects) return true;
  if (now - watched.made_room < seldom) return false;
  watched.made_room = now;
  std::erase_if(subjects, [&](const auto& one) { return !one.second.fired && value(one.second, now) == 0; });
  return subjects.size() < most_subjects;
}

void RuleWatch::count(Watched& watched, const std::string& name, const ports::Decided& event, Moment now) {
  auto found = watched.subjects.find(name);
  if (found == watched.subjects.end()) {
    if (!make_room(watched, now)) return;
    found = watched.subjects.emplace(name, Subject(watched.rule)).first;
  }
  Subject& subject = found->second;
  subject.is_new = true;
  if (subject.distinct) {
    subject.distinct->at(now).add(hash_of(event.impu));
  } else {
    ++subject.count.at(now);
  }
  if (subject.tokens) subject.tokens->at(now).add(hash_of(token_text(event.decision.evidence)));
  auto& impus = subject.impus;
  if (std::find(impus.begin(), impus.end(), event.impu) != impus.end()) return;
  if (impus.size() >= most_samples) impus.erase(impus.begin());  // the last ones are told
  impus.push_back(event.impu);
}

bool RuleWatch::admits(std::string_view authorizer, std::string_view client, const Evidence& evidence) noexcept {
  if (!throttles_.load(std::memory_order_relaxed)) return true;
  try {
    return has_share(authorizer, client, evidence);
  } catch (const std::exception&) {
    return false;  // without memory nobody can tell
  }
}

bool RuleWatch::has_share(std::string_view authorizer, std::string_view client, const Evidence& evidence) {
  const Rule::Of of = blamed(evidence, 0);
  const std::string name = of == Rule::Of::authorizers ? std::string(authorizer) : lowered(client);
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
  const auto different = [&](const SlidingWindow<DistinctSketch>& window) {
    DistinctSketch all;
    window.each(now, [&](const DistinctSketch& slot) { all.merge(slot); });
    return static_cast<std::uint64_t>(std::llround(all.estimate()));
  };
  std::uint64_t out = 0;
  if (subject.distinct) {
    out = different(*subject.distinct);
  } else {
    subject.count.each(now, [&](std::uint64_t slot) { out += slot; });
  }
  // One token, shown again and again or for one IMPU after the other, is one act of its authorizer.
  return subject.tokens && out > 0 ? std::min(out, different(*subject.tokens)) : out;
}

void RuleWatch::begin_anew(Subject& subject) {
  subject.count.clear();
  if (subject.distinct) subject.distinct->clear();
  if (subject.tokens) subject.tokens->clear();
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
    subject.fired_at = now;
    subject.quiet_since.reset();
    subject.bucket = TokenBucket(rule.rate, now);
    out.impus = std::exchange(subject.impus, {});
    if (rule.suspends() && !rule.dry_run) begin_anew(subject);
    return out;
  }
  // What was suspended is not counted: who reaches the threshold again vouches again.
  constexpr std::chrono::milliseconds seldom{1000};
  if (rule.suspends() && !rule.dry_run && found >= rule.threshold && now - subject.fired_at >= seldom) {
    subject.fired_at = now;
    out.impus = std::exchange(subject.impus, {});
    begin_anew(subject);
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
      // What is not counted anew only falls.
      if (!std::exchange(subject.is_new, false) && !subject.fired) continue;
      if (auto event = turn(watched.rule, name, subject, now)) out.push_back({watched.rule, std::move(*event)});
    }
  }
  return out;
}

}  // namespace vouchsafe::delegation
