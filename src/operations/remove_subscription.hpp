#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

namespace vouchsafe::operations {

/// Deletes a subscription with all its identities, grants and repository data. What is registered is deregistered: an
/// RTR with PERMANENT_TERMINATION for each IMPI (TS 29.228, 6.1.3).
/// \param view of the subscription
ports::Writes remove_subscription(const ports::View& view, Time now);

}  // namespace vouchsafe::operations
