#include "delegation/verification_budget.hpp"

namespace vouchsafe::delegation {
namespace {

constexpr std::size_t most_clients = 10'000;
constexpr std::chrono::milliseconds second{1000};

}  // namespace

bool VerificationBudget::take(std::string_view client, std::uint32_t rate, std::chrono::milliseconds now) {
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(client);
  if (found == buckets_.end()) {
    make_room(now);
    if (buckets_.size() >= most_clients) return false;
    found = buckets_.emplace(std::string(client), TokenBucket(rate, now)).first;
  }
  return found->second.take(rate, now);
}

/// One that nobody has asked for in a second is full, and as good as a new one.
void VerificationBudget::make_room(std::chrono::milliseconds now) {
  if (buckets_.size() < most_clients) return;
  std::erase_if(buckets_, [&](const auto& one) { return now - one.second.filled() >= second; });
}

}  // namespace vouchsafe::delegation
