#pragma once

#include "domain/repository.hpp"
#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vouchsafe::ports {

/// A subscription that granted an authorizer something.
struct Granting {
  std::int64_t subscription = 0;
  std::size_t grants = 0;      ///< to the authorizer
  std::uint16_t sequence = 0;  ///< Sequence-Number of the subscription's grants
  bool is_watched = false;     ///< some AS subscribed to something of it
};

/// Reads, besides what the procedures read, what operations on the registry go by. For one thread;
/// everything is of the transaction that writes what the operation gives.
class OperatorReader : public SubscriberReader {
 public:
  /// The AS permission list.
  [[nodiscard]] virtual Result<std::vector<AsPermission>> permissions() const = 0;
  /// What application servers subscribed to. \param hosts "host" or "*.rest"
  [[nodiscard]] virtual Result<std::vector<NotificationSubscription>> notifications_of(
      const std::string& hosts) const = 0;
  [[nodiscard]] virtual Result<bool> has_shared_set(const std::string& name) const = 0;
  /// Those after a subscription's number, in the order of theirs.
  [[nodiscard]] virtual Result<std::vector<Granting>> granting(const AuthorizerName& authorizer, std::int64_t after,
                                                               std::size_t limit) const = 0;
  /// How many pools the operator granted an authorizer.
  [[nodiscard]] virtual Result<std::size_t> pools_of(const AuthorizerName& authorizer) const = 0;
};

}  // namespace vouchsafe::ports
