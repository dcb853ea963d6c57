#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/committer.hpp"

namespace vouchsafe::cx {

/// An answer, and what to write before it is sent.
struct MaOutcome {
  MaAnswer answer;
  ports::Writes writes;
};

/// Authentication, MAR/MAA (TS 29.228, 6.3.1). Vouchings and registrations stay as they are: a challenge counts for
/// nothing before the S-CSCF's SAR.
MaOutcome multimedia_auth(const MaRequest& request, const ports::SubscriberReader& reader, const Context& context);

}  // namespace vouchsafe::cx
