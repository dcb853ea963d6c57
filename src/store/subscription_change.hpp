#pragma once

#include "domain/subscription.hpp"
#include "ports/subscriber_store.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>

namespace vouchsafe::store {

/// What provisioning changes of a subscription that is there. The change and what it calls for (RTR, PPR, PNR) are one
/// transaction. Each call gives the origin of what follows, 0 for nothing (SqlOutbox::left), or not_found.
class SubscriptionChanger {
 public:
  explicit SubscriptionChanger(Database& database) : database_(database) {}

  /// Deletes the subscription with all its identities, grants and repository data; what is registered is deregistered.
  Result<std::int64_t> remove(std::int64_t subscription, Time now);

  /// Writes another profile, with other identities perhaps. Grants, SQNs, and the registrations of identities that stay
  /// are left alone. \param sealed_with the number of the key that sealed the secrets that are not there already
  /// \return conflict when an identity is another subscription's, or another key seals by now
  Result<std::int64_t> replace(std::int64_t subscription, const Profile& profile, Time now,
                               std::uint32_t sealed_with = 0);

  /// What an operator changes of a profile, made of the profile that is there when it is written: two who change
  /// another thing each at once both get what they asked for. \return as replace(), or the edit's own error
  using Edit = std::function<Result<void>(Profile&)>;
  Result<std::int64_t> edit(std::int64_t subscription, const Edit& edit, Time now);

 private:
  Result<std::int64_t> write(Connection& connection, const ports::View& view, const Profile& profile, Time now,
                             std::uint32_t sealed_with);
  Database& database_;
};

}  // namespace vouchsafe::store
