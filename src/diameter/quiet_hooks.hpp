#pragma once

#include "diameter/freediameter.hpp"

namespace vouchsafe::diameter {

/// Keeps freeDiameter from writing every message out as text, three times and under one lock, for a debug log that is
/// not kept. What it does for errors stays. With the debug log on, nothing is changed.
class QuietHooks {
 public:
  QuietHooks() = default;
  ~QuietHooks();
  QuietHooks(const QuietHooks&) = delete;
  QuietHooks& operator=(const QuietHooks&) = delete;
  /// Throws FdError.
  void start();

 private:
  fd_hook_hdl* hook_ = nullptr;
};

}  // namespace vouchsafe::diameter
