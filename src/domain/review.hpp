#pragma once

#include "domain/authorizers.hpp"
#include "domain/decide.hpp"
#include "domain/grant.hpp"
#include "domain/outbox_entry.hpp"
#include "domain/policy.hpp"
#include "domain/subscription.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace vouchsafe {

/// What the subscriber and the operator say now of those whose word a registration rests on.
struct Standing {
  std::span<const RegisteredGrant> grants;  ///< the subscription's
  const Authorizers& authorizers;           ///< the operator's; who is not there is unknown
};

/// What a review is asked for.
struct ReviewRequest {
  std::string cause{};  ///< one line for people: what happened
  ProfileChanges changes{};
};

/// What a look at a subscription found.
struct Review {
  State state;
  std::vector<OutboxEntry> messages;  ///< RTR and PPR that it calls for
  bool changed = false;               ///< the state is another one
};

/// Looks at what a subscription's registrations rest on, now: each basis must stand. A registration with one that rests
/// on a grant that is gone, over or not by an active authorizer any more, that was let in by a check which is not only
/// monitored any more, or that the IMPI's way to register does not allow, and those of a set that is barred as a whole,
/// are marked as leaving, and an RTR for each IMPI goes to the S-CSCF that accepted them. Where the served
/// subscription's names that may vouch are not those that its S-CSCF knows, or its data has changed, a PPR goes to it.
/// A check that is only monitored deregisters nobody, and what it lets stand is marked. \param asked what has changed,
/// and why
Review review(const Subscription& subscription, const Standing& standing, const ReviewRequest& asked,
              const Policy& policy, Time now);

/// Why a registration is to end; empty: it is not.
using Ending = std::function<std::string(Registration&)>;

/// Marks the registrations that are to end, and takes away what is pending for them: nothing may rest on either.
/// \return the RTRs that they call for: one for each IMPI, cause and S-CSCF
std::vector<OutboxEntry> end_registrations(const Subscription& subscription, State& state, const Ending& ending,
                                           TerminationReason reason, Time now);

/// What a suspension that only holds means: nothing while nobody registers, no vouching when somebody does.
enum class Hold : std::uint8_t { leaves_it, counts };

/// Whether one basis of a registration stands now. \return as decide_standing()
Decision decide_basis(const Subscription& subscription, const Registration& registration, const Basis& basis,
                      const Standing& standing, const Policy& policy, Hold hold, Time now,
                      EvidenceAsked evidence = EvidenceAsked::revocation);

/// \return whether the IMPI may register without a basis that the HSS knows of: schemes whose authentication it never
/// sees, and profiles that trust the edge
bool needs_no_basis(const PrivateIdentity& identity);

}  // namespace vouchsafe
