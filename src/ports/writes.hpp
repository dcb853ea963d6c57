#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/outbox_entry.hpp"
#include "domain/repository.hpp"
#include "domain/state.hpp"
#include "domain/subscription.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vouchsafe::ports {

/// A new state for a subscription.
struct StateChange {
  std::int64_t subscription = 0;
  State state;
  bool was_vouched = false;  ///< some registration of the state before rests on a vouching
};

/// A new profile for a subscription, with the same identities.
struct ProfileChange {
  std::int64_t subscription = 0;
  Profile profile;
};

/// Identities that a subscription no longer has, and those that it has from now on. An identity of another subscription
/// is a conflict.
struct IdentitiesChange {
  std::int64_t subscription = 0;
  std::vector<Impi> gone_impis;
  std::vector<Impu> gone_impus;
  std::vector<Impi> new_impis;
  std::vector<Impu> new_impus;
};

/// The subscription is gone, with all that is its own.
struct SubscriptionRemoved {
  std::int64_t subscription = 0;
};

/// What is written holds secrets that this key sealed: where another one seals by now, it is a conflict.
struct SealedBy {
  std::uint32_t key = 0;
};

/// In place of the grants of a subscription that one public identity's document shows: those for it, and those for any
/// of the subscription's IMPIs.
struct GrantsChange {
  std::int64_t subscription = 0;
  Impu impu;
  std::vector<Grant> grants;
  std::uint16_t sequence = 0;
};

/// A grant of a subscription, in the place of one with the same subject and authorizer.
struct GrantAddition {
  std::int64_t subscription = 0;
  Grant grant;
  std::uint16_t sequence = 0;  ///< Sequence-Number of the subscription's grants from now on; 0: they have none
};

/// A grant of a subscription that is taken back.
struct GrantRemoval {
  std::int64_t subscription = 0;
  Grant::Subject kind = Grant::Subject::impu;
  std::string subject;
  AuthorizerName authorizer;
  std::uint16_t sequence = 0;  ///< as above
};

/// All of a subscription's grants to one authorizer are taken back.
struct GrantsRemoval {
  std::int64_t subscription = 0;
  AuthorizerName authorizer;
  std::uint16_t sequence = 0;  ///< as above
};

/// A grant of the operator's to a pool of identities, in the place of one with the same subject and authorizer.
struct PoolAddition {
  Grant grant;
};

/// A pool's grant that is taken back: not_found where there is none.
struct PoolRemoval {
  std::string subject;
  AuthorizerName authorizer;
};

/// A third party that can be granted to from now on.
struct AuthorizerAddition {
  Authorizer authorizer;
};

/// A suspension of an authorizer, in the place of one with the same scope.
struct SuspensionChange {
  AuthorizerName name;
  Suspension suspension;
};
struct SuspensionEnd {
  AuthorizerName name;
  SuspensionScope scope;
};

/// How an authorizer's tokens are read from now on; its keys stay.
struct AuthorizerTokensChange {
  AuthorizerName name;
  bool token_required = false;
  TokenRules rules;
};

/// A key of an authorizer, in the place of one with its name.
struct AuthorizerKeyChange {
  AuthorizerName name;
  TokenKey key;
};

/// The operator knows it no more, and nothing is granted to it.
struct AuthorizerRemoval {
  AuthorizerName name;
};

/// An entry of the AS permission list, in the place of that of the same host, Data-Reference and Service-Indication;
/// without operations that one goes.
struct PermissionChange {
  AsPermission permission;
};

/// A shared set of initial filter criteria, in the place of one with its name.
struct SharedSetChange {
  SharedIfc set;
};

struct SharedSetRemoval {
  std::string name;
};

/// Repository data written, or taken away where there is none.
struct RepositoryChange {
  std::int64_t subscription = 0;
  Impu impu;
  std::string service_indication;
  std::optional<RepositoryData> data{};
};

/// An AS wants to hear of changes (TS 29.328, 6.1.3).
struct NotificationSubscription {
  std::int64_t subscription = 0;
  std::string host;
  std::string realm;
  Impu impu;
  DataReference reference = DataReference::repository_data;
  std::string service_indication;
  std::optional<Time> expires{};
  bool one_time = false;
};

/// It does not want to any more.
struct NotificationUnsubscription {
  std::int64_t subscription = 0;
  std::string host;
  Impu impu;
  DataReference reference = DataReference::repository_data;
  std::string service_indication;
};

/// A piece of a subscription's data has changed: a PNR goes to each AS that subscribed to it.
struct DataChanged {
  std::int64_t subscription = 0;
  DataReference reference = DataReference::repository_data;
  std::string service_indication;  ///< of repository data; empty: whatever they subscribed to
  std::optional<Impu> impu{};      ///< only those that subscribed to this identity's
  std::string by;                  ///< Origin-Host of the AS that changed it: it hears nothing
  Time now{};
};

/// A new entry of the outbox.
struct OutboxAddition {
  OutboxEntry entry;
};
/// An entry that is acknowledged, done, or void.
struct OutboxRemoval {
  std::int64_t id = 0;
};
/// An entry with new tries, due, cursor, error or given_up.
struct OutboxChange {
  OutboxEntry entry;
};

/// One thing to write. What a procedure returns is written in one transaction, in its order.
using Write =
    std::variant<GrantAddition, GrantRemoval, GrantsRemoval, PoolAddition, PoolRemoval, AuthorizerAddition,
                 SuspensionChange, SuspensionEnd, AuthorizerTokensChange, AuthorizerKeyChange, AuthorizerRemoval,
                 PermissionChange, SharedSetChange, SharedSetRemoval, StateChange, ProfileChange, IdentitiesChange,
                 SubscriptionRemoved, SealedBy, GrantsChange, RepositoryChange, NotificationSubscription,
                 NotificationUnsubscription, DataChanged, OutboxAddition, OutboxRemoval, OutboxChange>;
using Writes = std::vector<Write>;

}  // namespace vouchsafe::ports
