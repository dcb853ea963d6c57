#pragma once

#include "delegation/clock_watch.hpp"
#include "delegation/delivery_plan.hpp"
#include "delegation/review_plan.hpp"

namespace vouchsafe::delegation {

/// Decides what the dispatcher does next, from what it hears and what time it is. Knows no store, no network, no thread
/// and no lock. What it remembers is what is on its way; all else is in the store, so that what a crash interrupts is
/// begun again.
class OutboxPlan {
 public:
  OutboxPlan(const OutboxOptions& options, Moment start)
      : options_(options), clock_(start), reviews_(options), deliveries_(options) {}

  /// \return what is to be done now, in this order
  Actions on(const Event& event, Moment now);
  /// \return how long to wait for an event until TimePassed is one
  [[nodiscard]] std::chrono::milliseconds patience() const;
  [[nodiscard]] const DeliveryPlan::Counters& counters() const { return deliveries_.counters(); }

 private:
  struct Handling;
  void time_passed(Moment now, Actions& out);
  void read_entries(const std::vector<std::string>& hosts, Moment now, Actions& out);

  OutboxOptions options_;
  ClockWatch clock_;
  ReviewPlan reviews_;
  DeliveryPlan deliveries_;
  bool soon_ = false;  ///< more may be done in a few milliseconds
};

}  // namespace vouchsafe::delegation
