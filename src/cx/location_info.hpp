#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/outcome.hpp"
#include "ports/subscriber_store.hpp"

namespace vouchsafe::cx {

/// User location query, LIR/LIA (TS 29.228, 6.1.4.1).
ports::Outcome<LiAnswer> location_info(const LiRequest& request, const ports::SubscriberReader& reader,
                                       const CxContext& context);

}  // namespace vouchsafe::cx
