#pragma once

#include "domain/result.hpp"

#include <string>
#include <string_view>

namespace vouchsafe::profile {

/// Checks initial filter criteria as provisioned: one or more InitialFilterCriteria elements, or one
/// ServiceProfile-like wrapper <ifcs> around them, as in the Cx user profile (TS 29.228, annex B.2.2). \return the
/// elements as they go into a ServiceProfile; malformed, with the line, for anything else
Result<std::string> normal_filter_criteria(std::string_view xml);

/// \return whether a criterion applies to sessions of a user in the unregistered state: a SessionCase of 2 or 3, or no
/// SessionCase at all outside a negation
bool serves_unregistered(std::string_view criteria);

}  // namespace vouchsafe::profile
