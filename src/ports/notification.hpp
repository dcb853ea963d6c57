#pragma once

#include "domain/outbox_entry.hpp"
#include "ports/writes.hpp"

namespace vouchsafe::ports {

/// Whether an application server hears of a change (TS 29.328, 6.1.4): it subscribed to what has changed, its
/// subscription is not over, and it is not the one that changed it. Both are of one subscription.
inline bool hears_of(const NotificationSubscription& subscription, const DataChanged& change) {
  return subscription.reference == change.reference &&
         (change.service_indication.empty() || subscription.service_indication == change.service_indication) &&
         (!change.impu || subscription.impu == *change.impu) && subscription.host != change.by &&
         (!subscription.expires || *subscription.expires > change.now);
}

/// The PNR that tells it.
inline OutboxEntry notification_of(const NotificationSubscription& subscription, const DataChanged& change) {
  OutboxEntry out;
  out.subscription = subscription.subscription;
  out.host = subscription.host;
  out.realm = subscription.realm;
  out.body = DataNotification{subscription.impu, subscription.reference, subscription.service_indication};
  out.cause = "changed";
  out.created = change.now;
  out.due = change.now.time_since_epoch();
  return out;
}

}  // namespace vouchsafe::ports
