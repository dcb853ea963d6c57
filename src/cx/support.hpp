#pragma once

#include "cx/gate.hpp"
#include "domain/state.hpp"

#include <optional>

namespace vouchsafe::cx {

/// What a SAR that registers a pair rests on, found before it is decided.
struct Support {
  enum class Kind : std::uint8_t {
    nothing,
    vouching,      ///< the request's own, or a remembered one: it is decided on
    challenge,     ///< a MAR of this pair by this S-CSCF, which the S-CSCF has answered for
    registration,  ///< the one that is there: its bases are asked again
    exempt,        ///< the profile asks for nothing
  };
  Kind kind = Kind::nothing;
  std::optional<ports::RememberedVouching> vouching{};  ///< where kind is vouching
  bool remembered = false;                              ///< it came with an earlier request
};

/// The pair that a SAR registers, and where it stands.
struct Pair {
  const Impi& impi;
  const Impu& impu;
  std::uint32_t irs;
};

/// In this order: the request's own vouching; a remembered one; a challenge; the registration that is there; nothing.
/// What the S-CSCF says in a statement, and what the client is configured to be, only leaves things out of it.
/// \param live what the vouching memory holds for the pair
Support support_of(const SaRequest& request, const Pair& pair, const Subscription& subscription,
                   std::optional<ports::RememberedVouching> live, Time now);

}  // namespace vouchsafe::cx
