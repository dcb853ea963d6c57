#include "delegation/vouching_memory.hpp"

#include <algorithm>

namespace vouchsafe::delegation {

VouchingMemory::Entry* VouchingMemory::Generation::find(std::string_view impi, std::string_view impu) {
  const auto [begin, end] = entries_.equal_range(impi);
  const auto found = std::find_if(begin, end, [&](const auto& e) { return e.second.impu == impu; });
  return found == end ? nullptr : &found->second;
}

void VouchingMemory::Generation::add(std::string_view impi, std::string_view impu, Said said,
                                     std::chrono::milliseconds until) {
  ++clients_[said->client];
  entries_.emplace(keep(impi), Entry{keep(impu), std::move(said), until, {}});
}

void VouchingMemory::Generation::forget(std::string_view impi, std::string_view impu) {
  auto [at, end] = entries_.equal_range(impi);
  while (at != end) {
    if (!impu.empty() && at->second.impu != impu) {
      ++at;
      continue;
    }
    const std::string_view key = at->first;
    const Entry entry = std::move(at->second);
    at = entries_.erase(at);
    const auto client = clients_.find(entry.said->client);
    if (client != clients_.end() && --client->second == 0) clients_.erase(client);
    drop(key);
    drop(entry.impu);
    drop(entry.registration);
  }
}

std::size_t VouchingMemory::Generation::held_by(const std::string& client) const {
  const auto found = clients_.find(client);
  return found == clients_.end() ? 0 : found->second;
}

std::string_view VouchingMemory::Generation::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* place = static_cast<char*>(pool_.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), place);
  return {place, text.size()};
}

void VouchingMemory::Generation::drop(std::string_view text) {
  if (!text.empty()) pool_.deallocate(const_cast<char*>(text.data()), text.size(), 1);
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

Result<void> VouchingMemory::room_for(const Shard& shard, const Impi& impi, const std::string& client) const {
  std::size_t all = 0;
  std::size_t of_client = 0;
  std::size_t of_impi = 0;
  for (const auto& generation : shard.generations) {
    if (!generation) continue;
    all += generation->size();
    of_client += generation->held_by(client);
    of_impi += generation->count(impi.text());
  }
  if (all >= shard_limit_) return fail(Error::Kind::overloaded, "too many vouchings are remembered");
  if (of_client >= std::max<std::size_t>(1, shard_limit_ * 3 / 4))
    return fail(Error::Kind::overloaded, "too many vouchings by " + client + " are remembered");
  if (of_impi >= most_of_impi)
    return fail(Error::Kind::overloaded, "too many vouchings for " + impi.text() + " are remembered");
  return {};
}

VouchingMemory::Said VouchingMemory::shared(Shard& shard, const ports::RememberedVouching& vouching) {
  for (const auto& known : shard.recent) {
    if (known && *known == vouching) return known;
  }
  auto made = std::make_shared<const ports::RememberedVouching>(vouching);
  shard.recent.at(shard.next_recent++ % shard.recent.size()) = made;
  return made;
}

Result<void> VouchingMemory::apply(const ports::VouchingWrites& writes) {
  for (const auto& one : writes) {
    auto done = std::visit([this](const auto& w) { return write(w); }, one);
    if (!done) return done;
  }
  return {};
}

Result<void> VouchingMemory::write(const ports::VouchingRemembered& remembered) {
  const auto& [impi, impu, vouching] = remembered;
  const auto now = clock_.monotonic();
  const auto until = now + lifetime_.load(std::memory_order_relaxed);
  std::vector<std::unique_ptr<Generation>> expired;  // before the lock, so that it is destroyed after it
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  expired = rotate(home, now);
  for (const auto& generation : home.generations) {
    if (generation) generation->forget(impi.text(), impu.text());
  }
  if (auto room = room_for(home, impi, vouching.client); !room) return room;
  auto& first = home.generations.front();
  if (!first) first = std::make_unique<Generation>();
  first->add(impi.text(), impu.text(), shared(home, vouching), until);
  return {};
}

std::pair<VouchingMemory::Generation*, VouchingMemory::Entry*> VouchingMemory::latest(const Shard& shard,
                                                                                      const Impi& impi,
                                                                                      const Impu& impu) const {
  const auto now = clock_.monotonic();
  for (const auto& generation : shard.generations) {
    if (!generation) continue;
    Entry* entry = generation->find(impi.text(), impu.text());
    if (entry != nullptr && entry->until > now) return {generation.get(), entry};
  }
  return {nullptr, nullptr};
}

std::optional<ports::RememberedVouching> VouchingMemory::find(const Impi& impi, const Impu& impu) const {
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  const auto [generation, entry] = latest(home, impi, impu);
  return entry != nullptr && entry->registration.empty() ? std::optional(*entry->said) : std::nullopt;
}

std::optional<ports::RememberedVouching> VouchingMemory::claim(const Impi& impi, const Impu& impu,
                                                               std::string_view registration) {
  Shard& home = shard(impi);
  const std::lock_guard lock(home.mutex);
  const auto [generation, entry] = latest(home, impi, impu);
  if (entry == nullptr || (!entry->registration.empty() && entry->registration != registration)) return std::nullopt;
  if (entry->registration.empty()) generation->claim(*entry, registration);
  return *entry->said;
}

Result<void> VouchingMemory::write(const ports::VouchingReleased& released) {
  Shard& home = shard(released.impi);
  const std::lock_guard lock(home.mutex);
  for (const auto& generation : home.generations) {
    if (!generation) continue;
    Entry* entry = generation->find(released.impi.text(), released.impu.text());
    if (entry != nullptr && entry->registration == released.registration && !entry->used) generation->release(*entry);
  }
  return {};
}

Result<void> VouchingMemory::write(const ports::VouchingUsed& used) {
  Shard& home = shard(used.impi);
  const std::lock_guard lock(home.mutex);
  for (const auto& generation : home.generations) {
    if (!generation) continue;
    Entry* entry = generation->find(used.impi.text(), used.impu.text());
    if (entry != nullptr && entry->registration == used.registration) entry->used = true;
  }
  return {};
}

Result<void> VouchingMemory::write(const ports::VouchingForgotten& forgotten) {
  Shard& home = shard(forgotten.impi);
  const std::lock_guard lock(home.mutex);
  const std::string_view impu = forgotten.impu ? std::string_view(forgotten.impu->text()) : std::string_view{};
  for (const auto& generation : home.generations) {
    if (generation) generation->forget(forgotten.impi.text(), impu);
  }
  return {};
}

std::size_t VouchingMemory::size() const {
  std::size_t total = 0;
  for (auto& s : shards_) {
    const std::lock_guard lock(s.mutex);
    for (const auto& generation : s.generations) total += generation ? generation->size() : 0;
  }
  return total;
}

}  // namespace vouchsafe::delegation
