#include "telemetry/sinks.hpp"

#include <chrono>

namespace vouchsafe::telemetry {

Time Sinks::time_of_day() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

void Sinks::tell(const ports::Event& event, const ports::Exchange* exchange) noexcept {
  const ports::Occasion occasion{clock_(), exchange};
  for (auto* sink : sinks_) sink->happened(event, occasion);
}

}  // namespace vouchsafe::telemetry
