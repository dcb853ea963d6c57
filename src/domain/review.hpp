#pragma once

#include "domain/debt.hpp"
#include "domain/grant.hpp"
#include "domain/policy.hpp"
#include "domain/subscription.hpp"

#include <span>
#include <vector>

namespace vouchsafe {

/// What a look at a subscription found.
struct Review {
  State state;
  std::vector<Debt> debts;
  bool changed = false;  ///< the state is another one
};

/// Looks at what a subscription's registrations rest on, now: those that rest on a grant that is gone, over or not by
/// an active authorizer any more, and those of a set that is barred as a whole, are marked as leaving, and an RTR is
/// owed for each IMPI. Where the served subscription's names that may vouch are not those that the S-CSCF was told, or
/// its data has changed, a PPR is owed. A check that is only monitored deregisters nobody.
/// \param asked the review that is owed: what has changed, and why
Review review(const Subscription& subscription, std::span<const RegisteredGrant> grants, const Debt& asked,
              const Policy& policy, Time now);

/// The RTR that a registration calls for which is to end for another reason, and its mark. \param sets of one IMPI
Debt termination(const Subscription& subscription, const Impi& impi, std::vector<std::uint32_t> sets, std::string cause,
                 Time now);

}  // namespace vouchsafe
