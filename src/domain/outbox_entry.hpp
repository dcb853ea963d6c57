#pragma once

#include "domain/data_reference.hpp"
#include "domain/identity.hpp"
#include "domain/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vouchsafe {

/// Reason-Code of an RTR (TS 29.229, 6.3.17).
enum class TerminationReason : std::uint8_t {
  permanent_termination = 0,
  new_server_assigned = 1,
  server_change = 2,
  remove_scscf = 3,
};

/// What has changed of a profile, for the S-CSCF to learn.
struct ProfileChanges {
  bool user_data = false;             ///< User-Data
  bool charging = false;              ///< Charging-Information
  std::optional<Impi> credentials{};  ///< the IMPI whose digest data are others
};

/// Look at one subscription: does what its registrations rest on still stand, and what is its S-CSCF to learn?
struct SubscriptionReview {
  ProfileChanges changes{};
};

/// The same for every served subscription that an authorizer may concern, in batches.
struct AuthorizerReview {
  std::string authorizer{};  ///< its name; empty: everybody who is served
  bool user_data = false;    ///< User-Data of each of them has changed
  std::int64_t cursor = 0;   ///< the last subscription that was looked at
};

/// The same for everything that a monitored check let in, or lets stand.
struct MonitoredReview {
  std::int64_t cursor = 0;
};

/// RTR: registrations are over (TS 29.228, 6.1.3).
struct Termination {
  Impi impi;
  std::vector<Impu> impus{};          ///< of these
  std::vector<std::uint32_t> sets{};  ///< implicit registration sets
  TerminationReason reason = TerminationReason::permanent_termination;
};

/// PPR: the S-CSCF is to learn something (TS 29.228, 6.2.2): what, and not its value, which is read when it is sent.
struct ProfilePush {
  Impi impi;
  std::vector<std::uint32_t> sets{};  ///< implicit registration sets
  bool user_data = false;             ///< User-Data
  bool charging = false;              ///< Charging-Information
  bool credentials = false;           ///< the IMPI's digest data
  bool allowed = false;               ///< the names that may vouch
};

/// PNR: an AS is to learn that data have changed (TS 29.328, 6.1.4).
struct DataNotification {
  Impu impu;  ///< the identity that it subscribed to
  DataReference reference = DataReference::repository_data;
  std::string service_indication{};  ///< of repository data
};

using OutboxBody =
    std::variant<SubscriptionReview, AuthorizerReview, MonitoredReview, Termination, ProfilePush, DataNotification>;

/// An entry of the outbox: a message or a review that a change calls for, written in the change's own transaction, and
/// gone when it is acknowledged or done.
struct OutboxEntry {
  std::int64_t id = 0;            ///< 0: not in the store
  std::int64_t subscription = 0;  ///< 0 where it concerns many
  std::string host{};             ///< Destination-Host; empty for a review
  std::string realm{};            ///< Destination-Realm
  OutboxBody body{SubscriptionReview{}};

  std::int64_t origin = 0;  ///< the entry that this one followed from; 0: none
  std::string cause{};      ///< one line for people: what happened
  Time created{};
  std::chrono::milliseconds due{0};  ///< since 1970; not before then
  int tries = 0;                     ///< that were answered with an error, or not at all
  bool given_up = false;
  std::string error{};  ///< of the last try
};

/// \return a review of a subscription, or with another body of many; \param cause one line for people
inline OutboxEntry review_entry(std::int64_t subscription, std::string cause, Time created) {
  OutboxEntry out;
  out.subscription = subscription;
  out.cause = std::move(cause);
  out.created = created;
  return out;
}

/// "RTR", "PPR", "PNR", or which review
std::string_view name_of(const OutboxBody& body);

/// \return whether it is a message to somebody, and not a review
bool is_message(const OutboxBody& body);

/// \return the identity or the authorizer that it is about; empty: none
std::string subject_of(const OutboxBody& body);

/// \return the last subscription that a review of many has looked at; nullptr for anything else
std::int64_t* cursor_of(OutboxBody& body);

/// \return the number of the entry that all of its kind followed from: its own, where it is the first
inline std::int64_t origin_of(const OutboxEntry& entry) { return entry.origin != 0 ? entry.origin : entry.id; }

}  // namespace vouchsafe
