#pragma once

#include "hardening/windows.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace vouchsafe::hardening {

/// The end of the daemon, made short and orderly: freeDiameter stops its threads with messages in their queues, and
/// then waits 16 s for peers that do not answer its DPR.
class Farewell {
 public:
  /// \param patience with what is under way, and as long again with peers that are asked to disconnect
  Farewell(Windows& windows, std::chrono::milliseconds patience) : windows_(windows), patience_(patience) {}
  ~Farewell();
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;

  /// Before freeDiameter begins to end: returns when what was taken is answered, or when the patience is over. Whoever
  /// is still connected so long after that is cut off. At most once.
  void begin();

 private:
  void run();

  Windows& windows_;
  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::hardening
