#pragma once

#include "core/freediameter.hpp"
#include "ports/events.hpp"
#include "ports/log.hpp"

namespace vouchsafe::diameter {

/// Takes over what freeDiameter writes about messages. By default it writes a message that it could not parse, route or
/// send into the log, with all that it holds: the keys of a MAA, the HA1 of a PPR. Here such a message is an event that
/// names the command, the peer and what happened, and nothing of its content; so is a peer that is connected, refused
/// or lost. What the core writes of every message for a debug log that is not kept is not even made.
///
/// With the debug log on (freeDiameterd -d) the core's summaries of every message stay, and with -dd its full dump of
/// every request that the HSS sends, PPRs with their HA1 among them.
class CoreHooks {
 public:
  CoreHooks(ports::Log& log, ports::Publisher& events) : log_(log), events_(events) {}
  ~CoreHooks();
  CoreHooks(const CoreHooks&) = delete;
  CoreHooks& operator=(const CoreHooks&) = delete;
  /// Throws FdError.
  void start();
  [[nodiscard]] ports::Log& log() const { return log_; }
  [[nodiscard]] ports::Publisher& events() const { return events_; }

 private:
  ports::Log& log_;
  ports::Publisher& events_;
  fd_hook_hdl* quiet_ = nullptr;
  fd_hook_hdl* told_ = nullptr;
};

}  // namespace vouchsafe::diameter
