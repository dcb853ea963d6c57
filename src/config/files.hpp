#pragma once

#include "domain/result.hpp"

#include <string>

namespace vouchsafe::config {

/// Before libconfig reads a file and those that it includes: libconfig ends the process over a folder among them, waits
/// for ever for a pipe, and takes half of a file for a whole one where it can be parsed.
/// \return malformed with the file and what would be right, for one that is no regular file or ends within a line.
/// One that cannot be opened is left to libconfig, which tells.
Result<void> can_be_read(const std::string& path);

}  // namespace vouchsafe::config
