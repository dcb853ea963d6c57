#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

// The operator's registry of third parties.
namespace vouchsafe::operations {

/// \return conflict when the name is there
Result<ports::Writes> add_authorizer(const AuthorizerName& name, bool token_required,
                                     const ports::SubscriberReader& reader);

/// Suspends an authorizer, in one of two ways, or resumes it; what it vouched for is looked at. \return not_found
Result<ports::Writes> set_state(const AuthorizerName& name, Authorizer::State state,
                                const ports::SubscriberReader& reader, Time now);

}  // namespace vouchsafe::operations
