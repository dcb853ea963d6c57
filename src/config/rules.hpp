#pragma once

#include "config/setting.hpp"
#include "domain/policy.hpp"
#include "domain/rule.hpp"

#include <vector>

namespace vouchsafe::config {

/// The list `rules`. Throws Mistake: for what no rule has, for names of clients that the policy does not serve, for an
/// action that cannot be taken on whom the rule watches, and for two rules that differ in their action alone.
std::vector<Rule> read_rules(const Setting& root, const Policy& policy);

}  // namespace vouchsafe::config
