#pragma once

#include "domain/identity.hpp"
#include "domain/outbox_entry.hpp"

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

/// It is sent whatever the S-CSCF has registered since: a phone too many that has to register again is the lesser harm.
RegistrationTermination registration_termination(const Termination& termination, const std::string& info);

}  // namespace vouchsafe::cx
