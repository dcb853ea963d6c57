#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

#include <string>

// What an operator grants and takes back, one grant at a time. Each change has what rests on it looked at.
namespace vouchsafe::operations {

/// Lets an authorizer vouch for a subject, in the place of a grant of the same two. The subject's own subscription
/// holds it; a pool that is no subscription's identity is the operator's. \return not_found for an unknown subject or
/// authorizer
Result<ports::Writes> grant(const Grant& grant, const ports::SubscriberReader& reader, Time now);

/// Takes a grant back. \param grant its subject and authorizer count \return not_found when there is no such grant
Result<ports::Writes> revoke(const Grant& grant, const ports::SubscriberReader& reader, Time now);

}  // namespace vouchsafe::operations
