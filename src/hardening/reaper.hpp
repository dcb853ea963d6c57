#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace vouchsafe::hardening {

/// Ends accepted connections that send no CER. freeDiameter has a few threads that wait for the first message, each for
/// one connection and 20 s long: while so many are silent nobody new gets in. A connection that has brought a message
/// is known by its TCP_NODELAY (send_without_delay).
class Reaper {
 public:
  /// \param ports that the daemon listens on; \param patience with a connection from which nothing comes. One that does
  /// send something has five times as long for its first message.
  Reaper(std::vector<std::uint16_t> ports, std::chrono::milliseconds patience);
  ~Reaper();
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  void look(Clock::time_point now);
  [[nodiscard]] bool is_waited_for(int socket) const;

  std::vector<std::uint16_t> ports_;
  std::chrono::milliseconds patience_;
  std::map<std::uint64_t, Clock::time_point> silent_;  ///< since when; by the kernel's number of the socket
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::hardening
