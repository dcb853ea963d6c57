#pragma once

#include "domain/result.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace vouchsafe::crypto {

using Keys = std::map<std::uint32_t, std::array<unsigned char, 32>>;

/// \return unavailable, with what to do, for a missing file, one that others may read, or a line that is none
Result<Keys> read_key_file(const std::string& path);

/// Replaces the file atomically with one of mode 0600. \param exclusive conflict when it exists already
Result<void> write_key_file(const std::string& path, const Keys& keys, bool exclusive);

}  // namespace vouchsafe::crypto
