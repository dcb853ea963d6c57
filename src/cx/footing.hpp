#pragma once

#include "cx/gate.hpp"
#include "domain/state.hpp"

#include <optional>

namespace vouchsafe::cx {

/// What a SAR that registers a pair rests on, found before it is decided.
struct Foothold {
  Footing footing = Footing::nothing;
  Provenance::Kind kind = Provenance::Kind::direct;
  std::optional<ports::RememberedVouching> vouching;  ///< where kind is vouched
  bool remembered = false;                            ///< the vouching came with an earlier request
  bool uses_vector = false;                           ///< an authentication vector is used up by it
};

/// In this order: the request's own vouching; a live one (a MAR in between would have ended it); an authentication that
/// is pending; the registration that is there, unless a MAR has come since it was vouched for; a vector of an earlier
/// MAR; nothing. \param live what the vouching
/// memory holds for the pair
Foothold foothold_of(const SaRequest& request, const Impi& impi, const Impu& impu, std::uint32_t irs,
                     const Subscription& subscription, std::optional<ports::RememberedVouching> live);

}  // namespace vouchsafe::cx
