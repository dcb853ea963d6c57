#pragma once

#include "ports/events.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace vouchsafe::telemetry {

/// Gives each event, with its time, to a list of sinks, in their order and on the thread that tells it. Allocates
/// nothing and locks nothing itself.
class Sinks : public ports::Publisher {
 public:
  using WallClock = std::function<Time()>;
  /// \param sinks that outlive this
  explicit Sinks(std::vector<ports::EventSink*> sinks, WallClock clock = time_of_day)
      : sinks_(std::move(sinks)), clock_(std::move(clock)) {}

  static Time time_of_day();

 private:
  void tell(const ports::Event& event, const ports::Exchange* exchange) noexcept override;

  std::vector<ports::EventSink*> sinks_;
  WallClock clock_;
};

}  // namespace vouchsafe::telemetry
