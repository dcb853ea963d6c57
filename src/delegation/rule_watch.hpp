#pragma once

#include "delegation/distinct_sketch.hpp"
#include "delegation/sliding_window.hpp"
#include "delegation/token_bucket.hpp"
#include "domain/rule.hpp"
#include "ports/clock.hpp"
#include "ports/events.hpp"
#include "ports/throttles.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::delegation {

/// Counts vouchings by the operator's rules, and says which rules fire. Blames only what is proven: what a verified
/// token names is its authorizer's own act, and everything else counts against the client that carried it, which its
/// connection proves. Safe from many threads at once. Memory is bounded by the rules, whatever names arrive: each looks
/// at 1,024 authorizers or clients by themselves, and at no others.
class RuleWatch : public ports::EventSink, public ports::Throttles {
 public:
  static constexpr std::size_t most_subjects = 1024;  ///< of a rule
  static constexpr std::size_t most_samples = 8;      ///< IMPUs that a fired rule names

  RuleWatch(std::vector<Rule> rules, const ports::Clock& clock) : clock_(clock) { replace(std::move(rules)); }

  /// These rules from now on. One that is as it was goes on counting.
  void replace(std::vector<Rule> rules);

  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override;
  bool admits(std::string_view authorizer, std::string_view client, const Evidence& evidence) noexcept override;

  /// A rule that fired for somebody, or is over.
  struct Turned {
    Rule rule;
    ports::RuleTurned event;
  };
  /// Looks at what was counted. To be asked again and again: a rule fires when it is asked, and is over when its signal
  /// was below half the threshold for as long as it cools down. One that suspends counts from nothing afterwards, and
  /// fires again, once a second at most, for who goes on.
  [[nodiscard]] std::vector<Turned> turn();

 private:
  using Moment = std::chrono::milliseconds;

  /// What a rule knows of one authorizer or client.
  struct Subject {
    explicit Subject(const Rule& rule) : count(rule.window), bucket(rule.rate, Moment{0}) {
      if (rule.signal == Rule::Signal::subjects_not_granted) distinct.emplace(rule.window);
      if (rule.of == Rule::Of::authorizers) tokens.emplace(rule.window);
    }
    SlidingWindow<std::uint64_t> count;
    std::optional<SlidingWindow<DistinctSketch>> distinct;
    std::optional<SlidingWindow<DistinctSketch>>
        tokens;  ///< of authorizers: what it signed, and not how often it is shown
    TokenBucket bucket;
    bool fired = false;
    bool is_new = false;  ///< something was counted since it was last looked at
    Moment fired_at{0};
    std::optional<Moment> quiet_since{};  ///< while it has fired: below half the threshold since then
    std::vector<std::string> impus{};
  };
  struct Watched {
    Rule rule;
    std::map<std::string, Subject, std::less<>> subjects{};
    Moment made_room{-1000};  ///< when those that are quiet were last looked for
  };

  void count(Watched& watched, const std::string& name, const ports::Decided& event, Moment now);
  static bool make_room(Watched& watched, Moment now);
  /// Throws std::bad_alloc.
  [[nodiscard]] bool has_share(std::string_view authorizer, std::string_view client, const Evidence& evidence);
  static void begin_anew(Subject& subject);
  [[nodiscard]] static std::uint64_t value(const Subject& subject, Moment now);
  [[nodiscard]] std::optional<ports::RuleTurned> turn(const Rule& rule, const std::string& name, Subject& subject,
                                                      Moment now) const;

  const ports::Clock& clock_;
  std::mutex mutex_;
  std::vector<Watched> rules_;
  std::atomic<bool> counts_{false};     ///< there is a rule
  std::atomic<bool> accepted_{false};   ///< there is one that counts what is accepted
  std::atomic<bool> throttles_{false};  ///< there is one that throttles
};

}  // namespace vouchsafe::delegation
