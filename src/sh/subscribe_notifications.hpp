#pragma once

#include "ports/writes.hpp"
#include "sh/context.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::sh {

/// An answer, and what to write before it is sent.
struct SnOutcome {
  SnAnswer answer;
  ports::Writes writes;
};

/// Subscription to notifications, SNR/SNA: Sh-Subs-Notif (TS 29.328, 6.1.3).
SnOutcome subscribe_notifications(const SnRequest& request, const ports::SubscriberReader& reader,
                                  const Context& context);

}  // namespace vouchsafe::sh
