#pragma once

#include "hardening/refusal.hpp"

namespace vouchsafe::hardening {

/// The guard relies on how freeDiameter works inside: it changes messages where freeDiameter only shows them, and knows
/// connections by the names of threads. Throws std::runtime_error where that was never tried with this version, with
/// what to do.
void check_version();

/// Has freeDiameter read a message that the judge refuses, rewritten as it would be. After the guard's own command and
/// AVP are in the dictionary. Throws std::runtime_error where it does not understand that.
void check_rewriting(const Node& node, const OwnAvp& own);

}  // namespace vouchsafe::hardening
