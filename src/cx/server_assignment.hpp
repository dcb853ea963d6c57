#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/committer.hpp"

#include <vector>

namespace vouchsafe::cx {

/// What a SAR did with the vouching that is remembered for its pair.
struct VouchingUse {
  bool claimed = false;
  bool used = false;         ///< the registration rests on it
  bool forget = false;       ///< it does not stand any more
  std::vector<Impi> left{};  ///< who has left: none from before counts
};

/// An answer, and what to write before it is sent.
struct SaOutcome {
  SaAnswer answer;
  ports::Writes writes;
  VouchingUse vouching{};
};

/// S-CSCF registration and deregistration notification, SAR/SAA (TS 29.228, 6.1.2.1). A SAR that would register an IMPI
/// and IMPU is refused when it rests on nothing (check 1), and decided anew when it rests on a vouching.
SaOutcome server_assignment(const SaRequest& request, const ports::SubscriberReader& reader, const Context& context);

/// What becomes of the vouching, once it is known whether the outcome is on disk.
void settle_vouching(const SaRequest& request, const VouchingUse& use, bool committed, ports::VouchingMemory& memory);

}  // namespace vouchsafe::cx
