#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/subscriber_store.hpp"

namespace vouchsafe::cx {

/// The Server-Assignment-Types 4 to 8 and 11: an S-CSCF lets go of identities (TS 29.228, 6.1.2.1, step 4).
/// \param state changed only when the result is a success
/// \return DIAMETER_SUCCESS; SUCCESS_SERVER_NAME_NOT_STORED for 6 and 7 where nothing is left to serve;
///         UNABLE_TO_COMPLY from an S-CSCF that is not the stored one
ResultCode deregister(const SaRequest& request, const ports::ServedView& view, const CxContext& context, State& state);

bool is_deregistration(ServerAssignmentType type);

}  // namespace vouchsafe::cx
