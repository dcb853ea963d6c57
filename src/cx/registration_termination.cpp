#include "cx/registration_termination.hpp"

#include <algorithm>

namespace vouchsafe::cx {

std::optional<RegistrationTermination> registration_termination(const Debt& debt, const ports::View& view) {
  const Impi impi = Impi::trusted(debt.impi);
  // What told an S-CSCF that another one serves is void when that one serves again. An end for good is never void: a
  // phone too many that has to register again is the lesser harm.
  if (view.subscription && debt.reason != TerminationReason::permanent_termination) {
    const bool anew = std::any_of(debt.sets.begin(), debt.sets.end(), [&](std::uint32_t irs) {
      const auto* registration = view.subscription->state.find(impi, irs);
      return registration != nullptr && !registration->leaving && registration->scscf.host == debt.host;
    });
    if (anew) return std::nullopt;
  }
  RegistrationTermination out{impi, {}, debt.reason, debt.cause};
  for (const auto& impu : debt.impus) out.impus.push_back(Impu::trusted(impu));
  return out;
}

}  // namespace vouchsafe::cx
