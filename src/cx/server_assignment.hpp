#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/outcome.hpp"

namespace vouchsafe::cx {

/// S-CSCF registration and deregistration notification, SAR/SAA (TS 29.228, 6.1.2.1). A SAR that would register an IMPI
/// and IMPU is refused when it rests on nothing (check 1), and decided anew when it rests on a vouching.
ports::Outcome<SaAnswer> server_assignment(const SaRequest& request, const ports::SubscriberReader& reader,
                                           const CxContext& context);

/// What the request has claimed, and could not be committed, is another registration's again.
void abandon(const SaRequest& request, const CxContext& context);

}  // namespace vouchsafe::cx
