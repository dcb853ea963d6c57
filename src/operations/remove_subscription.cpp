#include "operations/remove_subscription.hpp"

#include "domain/review.hpp"

namespace vouchsafe::operations {

ports::Writes remove_subscription(const ports::View& view, Time now) {
  const Subscription& subscription = *view.subscription;
  State state = subscription.state;
  const auto every = [](const Registration&) { return std::string("subscription deleted"); };
  ports::Writes out;
  for (auto& rtr : end_registrations(subscription, state, every, TerminationReason::permanent_termination, now))
    out.emplace_back(ports::OutboxAddition{std::move(rtr)});
  out.emplace_back(ports::SubscriptionRemoved{subscription.id});
  return out;
}

}  // namespace vouchsafe::operations
