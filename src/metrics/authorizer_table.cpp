#include "metrics/authorizer_table.hpp"

#include <functional>

namespace vouchsafe::metrics {

std::size_t AuthorizerTable::slot_of(std::string_view name) const noexcept {
  std::size_t at = std::hash<std::string_view>{}(name) % slots;
  while (true) {
    const auto* counts = slots_.at(at).load(std::memory_order_acquire);
    if (counts == nullptr || counts->label == name) return at;
    at = (at + 1) % slots;
  }
}

AuthorizerCounts* AuthorizerTable::find(std::string_view name) const noexcept {
  return slots_.at(slot_of(name)).load(std::memory_order_acquire);
}

AuthorizerCounts* AuthorizerTable::add(std::string_view name) {
  const std::lock_guard lock(adding_);
  auto& slot = slots_.at(slot_of(name));
  if (auto* counts = slot.load(std::memory_order_acquire)) return counts;
  if (counts_.size() >= most) return nullptr;
  counts_.push_back(std::make_unique<AuthorizerCounts>(std::string(name)));
  slot.store(counts_.back().get(), std::memory_order_release);
  return counts_.back().get();
}

}  // namespace vouchsafe::metrics
