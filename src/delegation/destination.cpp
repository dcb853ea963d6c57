#include "delegation/destination.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

constexpr std::chrono::milliseconds first_probe{250};
constexpr std::chrono::milliseconds longest_pause{10'000};
constexpr double burst_seconds = 0.005;

}  // namespace

Destination::Destination(std::size_t window, std::size_t rate)
    : window_(window),
      per_millisecond_(static_cast<double>(rate) / 1000),
      // A few at once and not a window: a burst of messages and their answers would hold ordinary requests up.
      burst_(std::clamp(static_cast<double>(rate) * burst_seconds, 1.0, static_cast<double>(window))) {}

void Destination::refill(std::chrono::milliseconds now) {
  const auto passed = static_cast<double>((now - refilled_at_).count());
  allowance_ = std::min(burst_, allowance_ + passed * per_millisecond_);
  refilled_at_ = now;
}

std::size_t Destination::room(std::chrono::milliseconds now) {
  refill(now);
  paced_ = false;
  if (now < paused_until_ || on_their_way_ >= window_) return 0;
  if (away_) return on_their_way_ == 0 ? 1 : 0;  // one asks whether it is back
  paced_ = allowance_ < burst_;
  return std::min(window_ - on_their_way_, static_cast<std::size_t>(allowance_));
}

void Destination::sent() {
  ++on_their_way_;
  allowance_ = std::max(allowance_ - 1, 0.0);
}

bool Destination::went_away(std::chrono::milliseconds now) {
  // Several may have been on their way: they are one time that it was not there.
  if (away_ && now < paused_until_) return false;
  const bool news = !away_;
  away_ = true;
  pause_ = std::clamp(pause_ * 2, first_probe, longest_pause);
  pause_until(now + pause_);
  return news;
}

bool Destination::is_there(std::chrono::milliseconds now) {
  if (!away_) return false;
  away_ = false;
  pause_ = paused_until_ = std::chrono::milliseconds{0};
  allowance_ = 1;
  refilled_at_ = now;
  return true;
}

void Destination::pause_until(std::chrono::milliseconds then) { paused_until_ = std::max(paused_until_, then); }

}  // namespace vouchsafe::delegation
