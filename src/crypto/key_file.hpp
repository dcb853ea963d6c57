#pragma once

#include "crypto/wiped.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace vouchsafe::crypto {

using Key = Wiped<32>;
using Keys = std::map<std::uint32_t, Key>;

/// \return unavailable, with what to do, for a missing file, one that others may read, or a line that is none
Result<Keys> read_key_file(const std::string& path);

/// Writes a new file of mode 0600. \return conflict when there is one already
Result<void> create_key_file(const std::string& path, const Keys& keys);

/// Replaces the file atomically; owner and mode stay. Two at once would lose keys: the caller holds a lock.
/// \return unavailable, and the file as it was, when it is no plain file, its owner cannot be kept, or another is being
/// written beside it
Result<void> replace_key_file(const std::string& path, const Keys& keys);

}  // namespace vouchsafe::crypto
