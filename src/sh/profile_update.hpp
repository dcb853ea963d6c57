#pragma once

#include "ports/outcome.hpp"
#include "sh/context.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::sh {

/// Data update, PUR/PUA: Sh-Update (TS 29.328, 6.1.2). Repository data under delegated_authorizers_service are the
/// subscriber's grants: with them goes a review of what is registered.
ports::Outcome<PuAnswer> profile_update(const PuRequest& request, const ports::SubscriberReader& reader,
                                        const Context& context);

}  // namespace vouchsafe::sh
