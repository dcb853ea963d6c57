#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace vouchsafe::delegation {

/// Lets so many through in a second, and a second's worth at once. Not safe from many threads at once.
class TokenBucket {
 public:
  TokenBucket(std::uint32_t rate, std::chrono::milliseconds now) : left_(static_cast<double>(rate)), filled_(now) {}

  /// \param rate in a second \return whether there was one left
  bool take(std::uint32_t rate, std::chrono::milliseconds now) {
    const auto passed = static_cast<double>((now - filled_).count()) / 1000.0;
    left_ = std::min(static_cast<double>(rate), left_ + passed * rate);
    filled_ = now;
    if (left_ < 1.0) return false;
    left_ -= 1.0;
    return true;
  }
  [[nodiscard]] std::chrono::milliseconds filled() const { return filled_; }

 private:
  double left_;
  std::chrono::milliseconds filled_;
};

}  // namespace vouchsafe::delegation
