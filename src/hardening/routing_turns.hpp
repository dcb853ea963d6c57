#pragma once

#include "core/freediameter.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

namespace vouchsafe::hardening {

/// freeDiameter has one thread that hands messages to connections. It looks whether a peer is connected, and then
/// writes to the connection, with no lock over both: whoever takes a connection down has to know that the thread is no
/// longer at it. A message of the guard's own, which goes nowhere, comes back when the thread is done with what it had
/// before.
class RoutingTurns {
 public:
  RoutingTurns() = default;
  ~RoutingTurns();
  RoutingTurns(const RoutingTurns&) = delete;
  RoutingTurns& operator=(const RoutingTurns&) = delete;

  /// Throws std::runtime_error.
  void start();
  /// Waits until the thread is done with what it was doing at the call. By any thread but that one; with thread
  /// cancellation off. \return whether it is, within longest
  bool await(std::chrono::milliseconds longest);
  /// freeDiameter ends, and its thread with it: nobody waits any more.
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  using Clock = std::chrono::steady_clock;
  static int on_routing(void* self, msg** message, fd_list* candidates) noexcept;
  bool ours(const msg* message);
  bool has_room(Clock::time_point end) const;

  fd_rt_out_hdl* handle_ = nullptr;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::condition_variable come_;
  std::set<const msg*> under_way_;
};

}  // namespace vouchsafe::hardening
