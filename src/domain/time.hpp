#pragma once

#include "domain/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe {

/// Wall-clock time in whole seconds: what grants and Diameter's Time are written in.
using Time = std::chrono::sys_seconds;

/// \return "2030-01-01T00:00:00Z" (RFC 3339, always UTC)
std::string to_rfc3339(Time time);

/// \param text RFC 3339 in UTC, exactly YYYY-MM-DDThh:mm:ssZ; years 1970 to 9999
/// \return malformed for anything else, and for a day or an hour that does not exist
Result<Time> parse_rfc3339(std::string_view text);

}  // namespace vouchsafe
