#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/committer.hpp"

namespace vouchsafe::cx {

/// An answer, and what to write before it is sent.
struct SaOutcome {
  SaAnswer answer;
  ports::Writes writes;
};

/// S-CSCF registration and deregistration notification, SAR/SAA (TS 29.228, 6.1.2.1). A SAR that would register an IMPI
/// and IMPU is refused when it rests on nothing (check 1), and decided anew when it rests on a vouching.
SaOutcome server_assignment(const SaRequest& request, const ports::SubscriberReader& reader, const Context& context);

}  // namespace vouchsafe::cx
