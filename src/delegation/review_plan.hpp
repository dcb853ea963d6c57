#pragma once

#include "delegation/moment.hpp"
#include "delegation/outbox_options.hpp"
#include "delegation/outbox_steps.hpp"

#include <map>
#include <set>
#include <vector>

namespace vouchsafe::delegation {

/// Which subscriptions are looked at now: those whose grants begin or end by the clock, and those that a row of the
/// outbox asks for, one at once or many in batches with a pause between them.
class ReviewPlan {
 public:
  static constexpr std::size_t most_at_once = 256;

  explicit ReviewPlan(const OutboxOptions& options) : options_(options) {}

  /// Looks for grants that begin or end, when it is time to.
  void look_at_boundaries(Moment now, Actions& out);
  /// Writes down what was asked for and is in the store not yet.
  void append_asked(Moment now, Actions& out);
  void start(const event::EntriesRead& due, Moment now, Actions& out);
  void handle(const event::BoundariesRead& read, Moment now, Actions& out);
  void handle(const event::BatchRead& read, Moment now, Actions& out);
  void handle(const event::ReviewAsked& asked);
  void handle(const event::ReviewAppended& appended, Moment now);
  void handle(const event::Reviewed& reviewed, Moment now);

 private:
  [[nodiscard]] bool is_held(std::int64_t row, Moment now);

  OutboxOptions options_;
  std::chrono::milliseconds next_look_{0};
  std::set<std::int64_t> at_boundary_;                            ///< subscriptions that are being looked at
  std::set<std::int64_t> rows_;                                   ///< whose reviews are being written
  std::map<std::int64_t, std::chrono::milliseconds> held_until_;  ///< by row
  std::vector<OutboxEntry> asked_;                                ///< not in the store yet
  std::chrono::milliseconds append_from_{0};
};

}  // namespace vouchsafe::delegation
