#pragma once

#include "domain/grant.hpp"
#include "domain/subscription.hpp"

#include <string>
#include <vector>

namespace vouchsafe::ctl {

/// What keeps a grant from ever carrying a registration, as lines for the one who made it: an IMPI that registers by
/// authentication alone, and a set that the authorizer's grants cover in part.
/// \param all the subscription's grants, this one among them
std::vector<std::string> useless(const Subscription& subscription, const Grant& grant, const std::vector<Grant>& all);

}  // namespace vouchsafe::ctl
