#pragma once

#include "ports/outcome.hpp"
#include "sh/context.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::sh {

/// Reads the document of a PUR. What is wrong with it is told in the order of the clause: by profile_update().
ReadPuRequest read_document(PuRequest request, const ShContext& context);

/// Data update, PUR/PUA: Sh-Update (TS 29.328, 6.1.2). Repository data under delegated_authorizers_service are the
/// subscriber's grants: with them goes a review of what is registered.
ports::Outcome<PuAnswer> profile_update(const ReadPuRequest& request, const ports::SubscriberReader& reader,
                                        const ShContext& context);

}  // namespace vouchsafe::sh
