#include "delegation/vouching_memory.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

bool alike(const ports::RememberedVouching& a, const ports::RememberedVouching& b) {
  return a.relay == b.relay && a.vouching.authorizer == b.vouching.authorizer && a.vouching.wwsf == b.vouching.wwsf &&
         a.vouching.token_present == b.vouching.token_present;
}

}  // namespace

std::vector<VouchingMemory::Generation> VouchingMemory::rotate(Shard& shard, std::chrono::milliseconds now) const {
  std::vector<Generation> expired;
  if (now < shard.rotate_at) return expired;
  const std::chrono::milliseconds half =
      lifetime_.load(std::memory_order_relaxed) / static_cast<int>(generation_count - 1);
  // After a silence several turns are due; more than there are generations empty them all.
  const auto due = 1 + (now - shard.rotate_at) / std::max(half, std::chrono::milliseconds{1});
  for (std::size_t turn = 0; turn < std::min<std::size_t>(generation_count, static_cast<std::size_t>(due)); ++turn) {
    std::rotate(shard.generations.begin(), shard.generations.end() - 1, shard.generations.end());
    if (!shard.generations.front().empty()) expired.push_back(std::exchange(shard.generations.front(), {}));
  }
  shard.rotate_at = now + half;
  return expired;
}

std::size_t VouchingMemory::size_of(const Shard& shard) {
  std::size_t total = 0;
  for (const auto& generation : shard.generations) total += generation.size();
  return total;
}

std::shared_ptr<const ports::RememberedVouching> VouchingMemory::shared(Shard& shard,
                                                                        ports::RememberedVouching vouching) {
  for (const auto& known : shard.recent) {
    if (known && alike(*known, vouching)) return known;
  }
  auto made = std::make_shared<const ports::RememberedVouching>(std::move(vouching));
  shard.recent.at(shard.next_recent++ % shard.recent.size()) = made;
  return made;
}

Result<void> VouchingMemory::remember(const Impi& impi, const Impu& impu, ports::RememberedVouching vouching) {
  const auto now = clock_.monotonic();
  const auto until = now + lifetime_.load(std::memory_order_relaxed);
  std::vector<Generation> expired;
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  expired = rotate(home, now);
  auto said = shared(home, std::move(vouching));
  Generation& first = home.generations.front();
  const auto [begin, end] = first.equal_range(impi.text());
  for (auto at = begin; at != end; ++at) {
    if (at->second.impu != impu) continue;
    at->second = {impu, std::move(said), until};
    return {};
  }
  if (size_of(home) >= shard_limit_) return fail(Error::Kind::overloaded, "too many vouchings are remembered");
  first.emplace(impi.text(), Entry{impu, std::move(said), until});
  return {};
}

std::optional<ports::RememberedVouching> VouchingMemory::find(const Impi& impi, const Impu& impu) const {
  const auto now = clock_.monotonic();
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  for (const auto& generation : home.generations) {  // the latest first: it is what was said last
    if (generation.empty()) continue;
    const auto [begin, end] = generation.equal_range(impi.text());
    for (auto at = begin; at != end; ++at) {
      if (at->second.impu == impu && at->second.until > now) return *at->second.vouching;
    }
  }
  return std::nullopt;
}

void VouchingMemory::forget(const Impi& impi) {
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  for (auto& generation : home.generations) generation.erase(impi.text());
}

std::size_t VouchingMemory::size() const {
  std::size_t total = 0;
  for (auto& s : shards_) {
    const std::lock_guard lock(s.mutex);
    total += size_of(s);
  }
  return total;
}

}  // namespace vouchsafe::delegation
