#pragma once

#include "ports/writes.hpp"
#include "sh/context.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::sh {

/// An answer, and what to write before it is sent.
struct PuOutcome {
  PuAnswer answer;
  ports::Writes writes;
};

/// Data update, PUR/PUA: Sh-Update (TS 29.328, 6.1.2). Repository data under delegated_authorizers_service are the
/// subscriber's grants: with them goes a review of what is registered.
PuOutcome profile_update(const PuRequest& request, const ports::SubscriberReader& reader, const Context& context);

}  // namespace vouchsafe::sh
