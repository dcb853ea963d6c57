#pragma once

#include "domain/result.hpp"

namespace vouchsafe::crypto {

/// What the process that holds subscribers' keys gives away of itself: files that it makes are for its user and group
/// at most, whatever mask it was started with, and without `core_dumps` the kernel writes no core, and lets no other
/// process of the user read its memory. \return unavailable when the kernel refuses
Result<void> harden(bool core_dumps);

}  // namespace vouchsafe::crypto
