#pragma once

#include "ports/writes.hpp"

#include <soci/soci.h>

#include <vector>

namespace vouchsafe::store {

/// What application servers subscribed to, in the order of their names. Throws soci::soci_error.
std::vector<ports::NotificationSubscription> read_notifications(soci::session& sql);
/// The same, of one Data-Reference of one subscription.
std::vector<ports::NotificationSubscription> read_notifications(soci::session& sql, long long subscription,
                                                                DataReference reference);

}  // namespace vouchsafe::store
