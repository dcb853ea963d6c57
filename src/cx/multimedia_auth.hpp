#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/outcome.hpp"
#include "ports/subscriber_store.hpp"

namespace vouchsafe::cx {

/// Authentication, MAR/MAA (TS 29.228, 6.3.1). Vouchings and registrations stay as they are: a challenge counts for
/// nothing before the S-CSCF's SAR.
ports::Outcome<MaAnswer> multimedia_auth(const MaRequest& request, const ports::SubscriberReader& reader,
                                         const CxContext& context);

}  // namespace vouchsafe::cx
