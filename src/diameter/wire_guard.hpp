#pragma once

#include "diameter/freediameter.hpp"
#include "ports/events.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vouchsafe::diameter {

/// An AVP of a raw message that would end the daemon: its name, and where its text and the peer's name are.
struct HostileAvp {
  const char* name;
  std::string_view origin_host;
};

/// Looks through the top-level AVPs of a raw message for a NUL in a Session-Id or a DiameterIdentity, which
/// freeDiameter 1.2.1 to 1.5 cannot survive. Never reads past the message, whatever its lengths say.
std::optional<HostileAvp> find_hostile(const std::uint8_t* octets, std::size_t length);

/// Neutralizes hostile messages before the core parses them: their version becomes one that is dropped. One extension
/// of a process can hold the hook that this needs.
class WireGuard {
 public:
  explicit WireGuard(ports::Publisher& events) : events_(events) {}
  ~WireGuard();
  WireGuard(const WireGuard&) = delete;
  WireGuard& operator=(const WireGuard&) = delete;
  /// Throws FdError.
  void start();
  void inspect(fd_cnx_rcvdata& data) const noexcept;

 private:
  ports::Publisher& events_;
  fd_hook_hdl* hook_ = nullptr;
};

}  // namespace vouchsafe::diameter
