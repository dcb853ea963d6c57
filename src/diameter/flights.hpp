#pragma once

#include "ports/messenger.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace vouchsafe::diameter {

class DiameterMessenger;

/// A messenger's own requests that wait for their answers, each with a deadline by the monotonic clock. freeDiameter
/// has one too, but forgets a request whose answer it drops, and goes by the time of day. It is given a number and no
/// pointer: when it calls back late, nothing is there any more.
class Flights {
 public:
  using Handle = void*;
  /// Hears of the end of one, once.
  using Ended = std::function<void(std::int64_t entry, ports::Replies& replies)>;

  /// \param owner outlives this; \param wait longest wait for an answer; \param silent is called for one that was not
  /// ended in time
  Flights(DiameterMessenger& owner, std::chrono::milliseconds wait, Ended silent);
  ~Flights() { stop(); }
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  /// Nobody hears of one from then on.
  void stop();
  Handle add(std::int64_t entry, ports::Replies& replies);
  /// Ends one, as far as it has not ended. \param ended is called before this returns, and never after its Flights are
  /// gone
  static void end(Handle handle,
                  const std::function<void(DiameterMessenger& owner, std::int64_t entry, ports::Replies&)>& ended);
  /// One that was never sent: nobody hears of it.
  static void forget(Handle handle);

 private:
  struct Flight {
    Flights* home;
    std::int64_t entry;
    ports::Replies* replies;
    std::chrono::steady_clock::time_point deadline;
  };
  /// Those of every Flights: the numbers go on, so that none comes twice.
  struct All {
    std::mutex mutex;
    std::uintptr_t last = 0;
    std::map<std::uintptr_t, Flight> flights;
  };
  static All& all();

  void run();
  /// The mutex is held. \return when to look again
  std::chrono::steady_clock::time_point end_overdue();

  DiameterMessenger& owner_;
  std::chrono::milliseconds wait_;
  Ended silent_;
  std::condition_variable wake_;
  // Guarded by the mutex of all().
  bool stopping_ = false;
  bool idle_ = false;  ///< the thread waits for none of them
  std::thread thread_;
};

}  // namespace vouchsafe::diameter
