#include "delegation/vouching_memory.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

bool alike(const ports::RememberedVouching& a, const ports::RememberedVouching& b) {
  return a.relay == b.relay && a.vouching.authorizer == b.vouching.authorizer && a.vouching.wwsf == b.vouching.wwsf &&
         a.vouching.token_present == b.vouching.token_present;
}

}  // namespace

VouchingMemory::Entry* VouchingMemory::Generation::find(std::string_view impi, std::string_view impu) {
  const auto [begin, end] = entries_.equal_range(impi);
  const auto found = std::find_if(begin, end, [&](const auto& e) { return e.second.impu == impu; });
  return found == end ? nullptr : &found->second;
}

void VouchingMemory::Generation::add(std::string_view impi, std::string_view impu, Entry entry) {
  entry.impu = keep(impu);
  entries_.emplace(keep(impi), std::move(entry));
  ++added_;
}

void VouchingMemory::Generation::forget(std::string_view impi) {
  const auto [begin, end] = entries_.equal_range(impi);
  entries_.erase(begin, end);
}

std::string_view VouchingMemory::Generation::keep(std::string_view text) {
  auto* place = static_cast<char*>(buffer_.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), place);
  return {place, text.size()};
}

std::vector<std::unique_ptr<VouchingMemory::Generation>> VouchingMemory::rotate(Shard& shard,
                                                                                std::chrono::milliseconds now) const {
  std::vector<std::unique_ptr<Generation>> expired;
  if (now < shard.rotate_at) return expired;
  const std::chrono::milliseconds half =
      lifetime_.load(std::memory_order_relaxed) / static_cast<int>(generation_count - 1);
  // After a silence several turns are due; more than there are generations empty them all.
  const auto due = 1 + (now - shard.rotate_at) / std::max(half, std::chrono::milliseconds{1});
  for (std::size_t turn = 0; turn < std::min<std::size_t>(generation_count, static_cast<std::size_t>(due)); ++turn) {
    std::rotate(shard.generations.begin(), shard.generations.end() - 1, shard.generations.end());
    if (shard.generations.front()) expired.push_back(std::exchange(shard.generations.front(), nullptr));
  }
  shard.rotate_at = now + half;
  return expired;
}

std::size_t VouchingMemory::added_to(const Shard& shard) {
  std::size_t total = 0;
  for (const auto& generation : shard.generations) total += generation ? generation->added() : 0;
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
  std::vector<std::unique_ptr<Generation>> expired;  // before the lock, so that it is destroyed after it
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  expired = rotate(home, now);
  auto said = shared(home, std::move(vouching));
  auto& first = home.generations.front();
  if (!first) first = std::make_unique<Generation>();
  if (Entry* known = first->find(impi.text(), impu.text())) {
    known->vouching = std::move(said);
    known->until = until;
    return {};
  }
  if (added_to(home) >= shard_limit_) return fail(Error::Kind::overloaded, "too many vouchings are remembered");
  first->add(impi.text(), impu.text(), {{}, std::move(said), until});
  return {};
}

std::optional<ports::RememberedVouching> VouchingMemory::find(const Impi& impi, const Impu& impu) const {
  const auto now = clock_.monotonic();
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  for (const auto& generation : home.generations) {  // the latest first: it is what was said last
    if (!generation) continue;
    if (const Entry* entry = generation->find(impi.text(), impu.text())) {
      return entry->until > now ? std::optional(*entry->vouching) : std::nullopt;
    }
  }
  return std::nullopt;
}

void VouchingMemory::forget(const Impi& impi) {
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  for (const auto& generation : home.generations) {
    if (generation) generation->forget(impi.text());
  }
}

std::size_t VouchingMemory::size() const {
  std::size_t total = 0;
  for (auto& s : shards_) {
    const std::lock_guard lock(s.mutex);
    for (const auto& generation : s.generations) total += generation ? generation->live() : 0;
  }
  return total;
}

}  // namespace vouchsafe::delegation
