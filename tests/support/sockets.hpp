#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace vouchsafe::testing {

/// The addresses that a process's TCP sockets listen on, from /proc: "127.0.0.1:3868", "[...]:3868" for IPv6.
std::vector<std::string> listening_sockets(pid_t pid);

/// A TCP port of 127.0.0.1 that no other process is given while this is there, and that a server with SO_REUSEADDR can
/// listen on meanwhile.
class ReservedPort {
 public:
  ReservedPort();
  ~ReservedPort();
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;
  [[nodiscard]] std::uint16_t number() const { return number_; }

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

}  // namespace vouchsafe::testing
