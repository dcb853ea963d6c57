#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe::config {

/// Reads where an HTTP server is to listen: an IPv4 address and a port, or a port alone, which is the loopback's. What
/// is to be reached from elsewhere has to be written in full. \return the address in full: 127.0.0.1:9464; nothing: it
/// is none
std::optional<std::string> listen_address(std::string_view text);

}  // namespace vouchsafe::config
