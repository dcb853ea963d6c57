#pragma once

#include "ports/outcome.hpp"
#include "sh/context.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::sh {

/// Subscription to notifications, SNR/SNA: Sh-Subs-Notif (TS 29.328, 6.1.3).
ports::Outcome<SnAnswer> subscribe_notifications(const SnRequest& request, const ports::SubscriberReader& reader,
                                                 const ShContext& context);

}  // namespace vouchsafe::sh
