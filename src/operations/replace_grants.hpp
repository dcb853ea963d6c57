#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace vouchsafe::operations {

/// Writes grants in the place of those that one public identity's document shows: those for it, and those for any of
/// the subscription's IMPIs. With them goes a review of what is registered, and each AS that subscribed to the grants
/// learns of it but the one that wrote them.
/// \param sequence the document's Sequence-Number from now on; 0: there is none any more
/// \param by Origin-Host of who writes
ports::Writes replace_grants(const ports::View& view, const Impu& impu, std::vector<Grant> grants,
                             std::uint16_t sequence, const std::string& by, Time now);

}  // namespace vouchsafe::operations
