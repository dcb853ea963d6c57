#pragma once

#include "core/handle.hpp"
#include "hardening/octets.hpp"

namespace vouchsafe::hardening {

/// freeDiameter's own reader makes a message of octets, which it copies. \return nullptr where it cannot
core::OwnedMessage parsed(Octets octets);

/// Whether freeDiameter can read an answer, and finds it to be one of its command. Nothing is done with it.
bool is_readable(Octets answer);

/// \return the value of the message's first AVP of that vendor and code, a view of it; empty where there is none.
/// Throws core::FdError.
Octets value_of(msg* message, std::uint32_t vendor, std::uint32_t code);

}  // namespace vouchsafe::hardening
