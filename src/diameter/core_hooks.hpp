#pragma once

#include "diameter/freediameter.hpp"
#include "ports/log.hpp"

namespace vouchsafe::diameter {

/// Takes over what freeDiameter writes about messages. By default it writes a message that it could not parse, route or
/// send into the log, with all that it holds: the keys of a MAA, the HA1 of a PPR. Here such a message is one line that
/// names the command, the peer and what happened, and nothing of its content; so is a peer that is connected or
/// refused. What the core writes of every message for a debug log that is not kept is not even made.
///
/// With the debug log on (freeDiameterd -d) the core's summaries of every message stay, and with -dd its full dump of
/// every request that the HSS sends, PPRs with their HA1 among them.
class CoreHooks {
 public:
  CoreHooks() = default;
  ~CoreHooks();
  CoreHooks(const CoreHooks&) = delete;
  CoreHooks& operator=(const CoreHooks&) = delete;
  /// Throws FdError. \param log outlives this
  void start(ports::Log& log);

 private:
  fd_hook_hdl* quiet_ = nullptr;
  fd_hook_hdl* told_ = nullptr;
};

}  // namespace vouchsafe::diameter
