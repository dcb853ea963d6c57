#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

// REQ2 of TR 33.871: one third party, or a part of what it vouches for, is stopped, and everybody else is not.
namespace vouchsafe::operations {

/// From now on nothing of the suspension's scope counts, in the place of a suspension of the same scope; what the
/// authorizer vouched for is looked at. \return not_found for an authorizer that is not known
Result<ports::Writes> suspend(const AuthorizerName& name, Suspension suspension, const ports::SubscriberReader& reader,
                              Time now);

/// Ends the suspension of exactly this scope. It restores nothing: who was deregistered registers again. \return
/// not_found for an authorizer that is not known, and where there is no such suspension
Result<ports::Writes> resume(const AuthorizerName& name, const SuspensionScope& scope,
                             const ports::SubscriberReader& reader, Time now);

}  // namespace vouchsafe::operations
