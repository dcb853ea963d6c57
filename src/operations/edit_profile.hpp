#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

// What an operator changes of a profile, made of the profile that is there when it is written: two who change another
// thing each at once both get what they asked for.
namespace vouchsafe::operations {

/// Bars a public identity, or takes its barring back. A set that is barred as a whole is deregistered.
/// \return not_found where the subscription has no such identity; malformed where the profile would not be sound
Result<ports::Writes> bar(const ports::View& view, const Impu& impu, bool barred, Time now);

/// Changes the ways in which an IMPI may register. What they do not allow is deregistered.
/// \return as bar()
Result<ports::Writes> change_way(const ports::View& view, const Impi& impi, WayToRegister way, Time now);

}  // namespace vouchsafe::operations
