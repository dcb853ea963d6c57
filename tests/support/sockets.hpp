#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace vouchsafe::testing {

/// The addresses that a process's TCP sockets listen on, from /proc: "127.0.0.1:3868", "[...]:3868" for IPv6.
std::vector<std::string> listening_sockets(pid_t pid);

}  // namespace vouchsafe::testing
