#pragma once

#include "ctl/command.hpp"

#include <cstdint>

namespace vouchsafe::ctl {

/// --wait of a command whose change calls for messages: returns when they are acknowledged.
class WaitOption {
 public:
  void add_to(CLI::App& command);
  /// Waits until nothing is owed of what followed from the change, with a progress line on a terminal.
  /// \param origin 0: nothing followed. Throws Failure when something was given up, or when time is over.
  void wait(Session& session, std::int64_t origin) const;

 private:
  bool wanted_ = false;
  unsigned seconds_ = 300;
};

}  // namespace vouchsafe::ctl
