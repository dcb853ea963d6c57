#pragma once

#include <cstddef>

namespace vouchsafe::diameter {

/// \return how many Diameter peers are connected now. By any thread that holds none of freeDiameter's locks.
std::size_t connected_peers();

}  // namespace vouchsafe::diameter
