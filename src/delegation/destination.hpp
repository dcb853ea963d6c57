#pragma once

#include <chrono>
#include <cstddef>

namespace vouchsafe::delegation {

/// One Destination-Host: how many messages may go to it now. At most a window of them waits for answers, and no more go
/// in a second than the rate says; a host that is away is asked by one message at a time whether it is back, at longer
/// and longer intervals. Times are the monotonic clock's.
class Destination {
 public:
  /// \param window messages on their way at once; \param rate messages a second
  Destination(std::size_t window, std::size_t rate);

  /// \return how many messages may go now
  std::size_t room(std::chrono::milliseconds now);
  /// \return whether room() was bounded by the rate, so that more may go in a few milliseconds
  [[nodiscard]] bool is_paced() const { return paced_; }
  [[nodiscard]] std::size_t on_their_way() const { return on_their_way_; }

  void sent();
  /// A message is not on its way any more: answered, without an answer in time, or never sent.
  void ended() { --on_their_way_; }
  /// A message found no way to the host. \return whether that is news
  bool went_away(std::chrono::milliseconds now);
  /// The host answered, or was silent on a connection. \return whether it had been away
  bool is_there(std::chrono::milliseconds now);
  /// Sends nothing before then.
  void pause_until(std::chrono::milliseconds then);

 private:
  void refill(std::chrono::milliseconds now);

  std::size_t window_;
  double per_millisecond_;
  double burst_;  ///< messages that may go at once
  std::size_t on_their_way_ = 0;
  double allowance_ = 0;  ///< messages that may go now, by the rate
  std::chrono::milliseconds refilled_at_{0};
  std::chrono::milliseconds paused_until_{0};
  std::chrono::milliseconds pause_{0};  ///< the last interval between two probes
  bool away_ = false;
  bool paced_ = false;
};

}  // namespace vouchsafe::delegation
