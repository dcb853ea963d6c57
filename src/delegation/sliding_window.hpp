#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace vouchsafe::delegation {

/// The slots of a window that slides: each is a twelfth of it, so that what is counted is of the last 11/12 to 12/12 of
/// the window. By the monotonic clock: setting the time of day moves nothing. Not safe from many threads at once.
/// \tparam Slot what one slot holds; a value-initialized one holds nothing
template <class Slot>
class SlidingWindow {
 public:
  static constexpr std::size_t slots = 12;

  explicit SlidingWindow(std::chrono::milliseconds window)
      : width_(std::max(std::chrono::milliseconds{1}, window / static_cast<std::int64_t>(slots))) {}

  /// \return the slot of now
  Slot& at(std::chrono::milliseconds now) {
    const auto number = now / width_;
    Numbered& numbered = slots_.at(static_cast<std::size_t>(number) % slots);
    if (numbered.number != number) numbered = {number, {}};
    return numbered.slot;
  }
  /// Calls visit(slot) for each that is still in the window.
  template <class Visit>
  void each(std::chrono::milliseconds now, const Visit& visit) const {
    const auto number = now / width_;
    for (const auto& numbered : slots_) {
      if (numbered.number <= number && number - numbered.number < static_cast<std::int64_t>(slots))
        visit(numbered.slot);
    }
  }
  void clear() { slots_ = {}; }

 private:
  struct Numbered {
    std::int64_t number = -static_cast<std::int64_t>(slots);
    Slot slot{};
  };
  std::chrono::milliseconds width_;
  std::array<Numbered, slots> slots_{};
};

}  // namespace vouchsafe::delegation
