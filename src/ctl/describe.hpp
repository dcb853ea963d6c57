#pragma once

#include "domain/grant.hpp"
#include "domain/subscription.hpp"
#include "domain/suspension.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace vouchsafe::ctl {

/// What people and machines are shown; secrets are in none of it.
nlohmann::json to_json(const Grant& grant);
std::string to_line(const Grant& grant);
nlohmann::json to_json(const Registration& registration);
std::string to_line(const Registration& registration);
nlohmann::json to_json(const Suspension& suspension);
/// \return "suspended (deregister) for shop.example by epcscf.ims.example until 2030-01-01T00:00:00Z: why"
std::string to_line(const Suspension& suspension);
/// A subscription in the form of an import line, without secrets, and with its registrations.
nlohmann::json to_json(const Subscription& subscription, const std::vector<Grant>& grants);

}  // namespace vouchsafe::ctl
