#pragma once

#include "domain/reason.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vouchsafe::metrics {

/// The counters of one authorizer's decisions, or of those that share a label.
struct AuthorizerCounts {
  explicit AuthorizerCounts(std::string name) : label(std::move(name)) {}
  const std::string label;
  std::array<std::atomic<std::uint64_t>, reason_rows.size()> decided{};    ///< by what was enforced
  std::array<std::atomic<std::uint64_t>, reason_rows.size()> monitored{};  ///< by what a monitored check let pass
};

/// Counters by an authorizer's name: a bounded number, none of which is ever taken out. Finding one waits for nobody.
/// Safe from many threads at once.
class AuthorizerTable {
 public:
  static constexpr std::size_t most = 1000;  ///< authorizers

  AuthorizerTable() { counts_.reserve(most); }
  /// \return nullptr where there is none of that name
  [[nodiscard]] AuthorizerCounts* find(std::string_view name) const noexcept;
  /// \return the one of that name, which is made where there is none; nullptr where there is no room
  AuthorizerCounts* add(std::string_view name);

  /// Calls `each` with every one that there is.
  template <class Each>
  void for_each(Each each) const {
    const std::lock_guard lock(adding_);
    for (const auto& counts : counts_) each(*counts);
  }

 private:
  /// Twice as many as authorizers, at least, so that a search ends soon at one that is free.
  static constexpr std::size_t slots = 2048;
  static_assert(slots >= 2 * most);

  /// The slot that holds the name, or the free one where it belongs.
  [[nodiscard]] std::size_t slot_of(std::string_view name) const noexcept;

  std::array<std::atomic<AuthorizerCounts*>, slots> slots_{};
  mutable std::mutex adding_;  ///< of what follows, and of writing to slots
  std::vector<std::unique_ptr<AuthorizerCounts>> counts_;
};

}  // namespace vouchsafe::metrics
