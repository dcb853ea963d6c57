#include "cx/registration_termination.hpp"

namespace vouchsafe::cx {

RegistrationTermination registration_termination(const Debt& debt) {
  RegistrationTermination out{Impi::trusted(debt.impi), {}, debt.reason, debt.cause};
  out.impus.reserve(debt.impus.size());
  for (const auto& impu : debt.impus) out.impus.push_back(Impu::trusted(impu));
  return out;
}

}  // namespace vouchsafe::cx
