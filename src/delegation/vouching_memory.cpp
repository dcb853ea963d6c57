#include "delegation/vouching_memory.hpp"

#include <algorithm>

namespace vouchsafe::delegation {

void VouchingMemory::expire(Shard& shard, std::chrono::milliseconds now) const {
  while (!shard.expiries.empty() && shard.expiries.front().first <= now) {
    const auto found = shard.by_impi.find(shard.expiries.front().second);
    if (found != shard.by_impi.end()) {
      shard.size -= std::erase_if(found->second, [&](const Entry& e) { return e.until <= now; });
      if (found->second.empty()) shard.by_impi.erase(found);
    }
    shard.expiries.pop_front();
  }
}

Result<void> VouchingMemory::remember(const Impi& impi, const Impu& impu, ports::RememberedVouching vouching) {
  const auto now = clock_.monotonic();
  const auto until = now + lifetime_.load(std::memory_order_relaxed);
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  expire(home, now);
  // Asking again and again for one pair lengthens this list; it is bounded like the vouchings are.
  if (home.expiries.size() >= shard_limit_ * 4)
    return fail(Error::Kind::overloaded, "too many vouchings are remembered");
  auto& entries = home.by_impi[impi.text()];
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.impu == impu; });
  if (found != entries.end()) {
    *found = {impu, std::move(vouching), until};
  } else {
    if (home.size >= shard_limit_) {
      if (entries.empty()) home.by_impi.erase(impi.text());
      return fail(Error::Kind::overloaded, "too many vouchings are remembered");
    }
    entries.push_back({impu, std::move(vouching), until});
    ++home.size;
  }
  home.expiries.emplace_back(until, impi.text());
  return {};
}

std::optional<ports::RememberedVouching> VouchingMemory::find(const Impi& impi, const Impu& impu) const {
  const auto now = clock_.monotonic();
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  const auto entries = home.by_impi.find(impi.text());
  if (entries == home.by_impi.end()) return std::nullopt;
  for (const auto& entry : entries->second) {
    if (entry.impu == impu && entry.until > now) return entry.vouching;
  }
  return std::nullopt;
}

void VouchingMemory::forget(const Impi& impi) {
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  const auto found = home.by_impi.find(impi.text());
  if (found == home.by_impi.end()) return;
  home.size -= found->second.size();
  home.by_impi.erase(found);
}

std::size_t VouchingMemory::size() const {
  std::size_t total = 0;
  for (auto& s : shards_) {
    const std::lock_guard lock(s.mutex);
    total += s.size;
  }
  return total;
}

}  // namespace vouchsafe::delegation
