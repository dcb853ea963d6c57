#pragma once

#include "domain/debt.hpp"
#include "domain/identity.hpp"
#include "ports/subscriber_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::cx {

/// RTR: the HSS ends registrations (TS 29.228, 6.1.3).
struct RegistrationTermination {
  Impi impi;
  std::vector<Impu> impus;  ///< always named: an S-CSCF may ignore an RTR that names none
  TerminationReason code = TerminationReason::permanent_termination;
  std::string info;  ///< Reason-Info
};

/// \param view of the debt's IMPI, as it is now
/// \return nothing when the S-CSCF was to learn that another one serves, and has registered the IMPI anew since
std::optional<RegistrationTermination> registration_termination(const Debt& debt, const ports::View& view);

}  // namespace vouchsafe::cx
