#pragma once

#include "domain/outbox_entry.hpp"
#include "ports/log.hpp"

#include <chrono>
#include <string>
#include <variant>

namespace vouchsafe::delegation {

/// A message is not tried any more: the database says so by now. It holds the error of its last try.
struct GivenUp {
  OutboxEntry message;
};
/// There is no way to a host.
struct HostUnreachable {
  std::string host;
  std::string why;
};
struct HostReachable {
  std::string host;
};
/// Somebody set the time of day.
struct ClockStepped {
  std::chrono::seconds by;
};

/// What the operator is to hear of the outbox.
using Notice = std::variant<GivenUp, HostUnreachable, HostReachable, ClockStepped>;

void write(ports::Log& log, const Notice& notice);

}  // namespace vouchsafe::delegation
