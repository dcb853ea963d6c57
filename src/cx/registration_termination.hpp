#pragma once

#include "domain/debt.hpp"
#include "domain/identity.hpp"
#include "ports/subscriber_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::cx {

/// Reason-Code (TS 29.229, 6.3.17).
enum class ReasonCode : std::uint32_t {
  permanent_termination = 0,
  new_server_assigned = 1,
  server_change = 2,
  remove_scscf = 3,
};

/// RTR: the HSS ends registrations (TS 29.228, 6.1.3).
struct RegistrationTermination {
  Impi impi;
  std::vector<Impu> impus;  ///< always named: an S-CSCF may ignore an RTR that names none
  ReasonCode code = ReasonCode::permanent_termination;
  std::string info;  ///< Reason-Info
};

/// \param view of the debt's IMPI, as it is now
/// \return nothing when the IMPI has registered anew since: then the RTR would end another registration
std::optional<RegistrationTermination> registration_termination(const Debt& debt, const ports::View& view);

}  // namespace vouchsafe::cx
