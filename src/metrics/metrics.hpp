#pragma once

#include "metrics/answers.hpp"
#include "metrics/decisions.hpp"
#include "metrics/occurrences.hpp"
#include "metrics/state.hpp"

#include <prometheus/collectable.h>

#include <functional>
#include <mutex>

namespace vouchsafe::metrics {

/// Everything that a scrape is answered with. What happens is counted here; how the parts stand is asked of them then.
class Metrics : public prometheus::Collectable {
 public:
  using Read = std::function<State()>;

  Decisions& decisions() { return decisions_; }
  Answers& answers() { return answers_; }
  Occurrences& occurrences() { return occurrences_; }

  /// How the parts are asked, while they are there; nullptr: they are gone. Waits for a scrape that asks them.
  void read_by(Read read);

  /// By the threads of the exporter. Throws nothing: what cannot be read is left out.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void collect_state(Families& out) const;

  mutable Decisions decisions_;  ///< a scrape adds who is in the registry
  Answers answers_;
  Occurrences occurrences_;
  mutable std::mutex mutex_;
  Read read_;
};

}  // namespace vouchsafe::metrics
