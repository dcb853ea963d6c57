#pragma once

#include "domain/grant.hpp"
#include "domain/subscription.hpp"
#include "ports/writes.hpp"
#include "store/sqlite/database.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vouchsafe::store {

/// A subscription to add, with what it grants.
struct NewSubscription {
  Profile profile;
  State state;  ///< SQNs
  std::vector<Grant> grants;
};

/// What provisioning writes of subscriptions. Works beside a running HSS: what it wrote counts from the next request
/// on.
class SubscriptionWriter {
 public:
  explicit SubscriptionWriter(Database& database) : database_(database) {}

  /// Adds a batch in one transaction. \param dry_run rolls it back at the end
  /// \param sealed_with the number of the key that sealed its secrets
  /// \return for each subscription why it was left out, or nothing; unavailable: none of them is there; conflict:
  /// neither, and another key seals by now
  Result<std::vector<std::optional<std::string>>> add(std::span<const NewSubscription> batch, bool dry_run,
                                                      std::uint32_t sealed_with = 0);

  /// Replaces sealed secrets: `reseal` gets each IMPI and gives its new box, or nothing to leave it.
  /// \param sealed_with the number of the key that seals them \return how many were replaced; conflict when another key
  /// seals by now: those before it are replaced
  using Reseal = std::function<Result<std::optional<std::string>>(const PrivateIdentity&)>;
  Result<std::size_t> reseal(const Reseal& reseal, std::uint32_t sealed_with);

 private:
  Database& database_;
};

/// Goes through subscriptions without holding more than one in memory.
class SubscriptionLister {
 public:
  explicit SubscriptionLister(Database& database) : database_(database) {}
  using Visit = std::function<void(const Subscription&, const std::vector<Grant>&)>;
  Result<void> all(const Visit& visit) const;
  /// Those with a registration; \param authorizer only registrations that rest on it
  Result<void> registered(const std::optional<AuthorizerName>& authorizer, const Visit& visit) const;
  Result<std::int64_t> count() const;
  /// What ASs subscribed to; \param host only this Origin-Host's, empty: everybody's
  Result<std::vector<ports::NotificationSubscription>> notifications(const std::string& host) const;

 private:
  Database& database_;
};

}  // namespace vouchsafe::store
