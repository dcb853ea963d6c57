#pragma once

#include "ports/writes.hpp"

#include <soci/soci.h>

#include <functional>
#include <vector>

namespace vouchsafe::store {

/// What application servers subscribed to. \param wanted whether it is kept. Throws soci::soci_error.
std::vector<ports::NotificationSubscription> read_notifications(
    soci::session& sql, const std::function<bool(const ports::NotificationSubscription&)>& wanted);
/// All of one Data-Reference of one subscription.
std::vector<ports::NotificationSubscription> read_notifications(soci::session& sql, long long subscription,
                                                                DataReference reference);

}  // namespace vouchsafe::store
