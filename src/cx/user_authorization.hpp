#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/outcome.hpp"
#include "ports/subscriber_store.hpp"

namespace vouchsafe::cx {

/// User registration status query, UAR/UAA (TS 29.228, 6.1.1.1), with the decision about a vouching before its steps.
/// An AUTHORIZED vouching is remembered for the plain requests that follow.
ports::Outcome<UaAnswer> user_authorization(const UaRequest& request, const ports::SubscriberReader& reader,
                                            const CxContext& context);

}  // namespace vouchsafe::cx
