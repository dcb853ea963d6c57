#pragma once

#include "domain/data_reference.hpp"
#include "domain/identity.hpp"
#include "domain/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe {

/// Reason-Code of an RTR (TS 29.229, 6.3.17).
enum class TerminationReason : std::uint8_t {
  permanent_termination = 0,
  new_server_assigned = 1,
  server_change = 2,
  remove_scscf = 3,
};

/// What a change calls for and the HSS still owes. Written in the change's own transaction; gone when it is paid.
struct Debt {
  enum class Kind : std::uint8_t {  // stored by number
    review,                         ///< look at one subscription: does what its registrations rest on still stand?
    review_authorizer,              ///< the same for every subscription that an authorizer concerns, in batches
    registration_termination,       ///< RTR (TS 29.228, 6.1.3)
    push_profile,                   ///< PPR (TS 29.228, 6.2.2)
    push_notification,              ///< PNR (TS 29.328, 6.1.4)
    review_monitored,               ///< the same for everything that a monitored check let in
  };
  std::int64_t id = 0;
  Kind kind = Kind::review;
  std::int64_t subscription = 0;      ///< 0 where it concerns many
  std::string host{};                 ///< Destination-Host; empty for a review
  std::string realm{};                ///< Destination-Realm
  std::string impi{};                 ///< RTR, PPR
  std::vector<std::string> impus{};   ///< RTR: what to drop; PNR: the identity subscribed to
  std::vector<std::uint32_t> sets{};  ///< RTR, PPR: implicit registration sets
  TerminationReason reason = TerminationReason::permanent_termination;  ///< RTR
  std::string authorizer{};  ///< review_authorizer: its name; empty: everybody who is served
  std::int64_t cursor = 0;   ///< a review of many: the last subscription that was looked at

  bool user_data = false;    ///< review, PPR: the profile has changed
  bool charging = false;     ///< review, PPR: Charging-Information has changed
  bool credentials = false;  ///< review, PPR: the IMPI's digest data has changed
  bool allowed = false;      ///< PPR: the names that may vouch have changed

  DataReference reference = DataReference::repository_data;  ///< PNR
  std::string service_indication{};                          ///< PNR of repository data

  std::int64_t origin = 0;  ///< the debt that this one followed from; 0: none
  std::string cause{};      ///< one line for people: what happened
  Time created{};
  std::chrono::milliseconds due{0};  ///< since 1970; not before then
  int tries = 0;                     ///< that were answered with an error, or not at all
  bool given_up = false;
  std::string error{};  ///< of the last try
};

constexpr std::string_view name_of(Debt::Kind kind) {
  switch (kind) {
    case Debt::Kind::review:
      return "review";
    case Debt::Kind::review_authorizer:
      return "review-authorizer";
    case Debt::Kind::registration_termination:
      return "RTR";
    case Debt::Kind::push_profile:
      return "PPR";
    case Debt::Kind::push_notification:
      return "PNR";
    case Debt::Kind::review_monitored:
      return "review-monitored";
  }
  return "";
}

/// \return the number of the debt that all of its kind followed from: its own, where it is the first
inline std::int64_t origin_of(const Debt& debt) { return debt.origin != 0 ? debt.origin : debt.id; }

/// \return whether it is a message to somebody, and not the HSS's own work
constexpr bool is_message(Debt::Kind kind) {
  return kind >= Debt::Kind::registration_termination && kind <= Debt::Kind::push_notification;
}

}  // namespace vouchsafe
