#include "delegation/token_memory.hpp"

#include <algorithm>
#include <functional>

namespace vouchsafe::delegation {

void TokenMemory::forget_ended(Shard& shard, Time now) {
  while (!shard.ends.empty() && shard.ends.begin()->first <= now) {
    const auto ended = shard.tokens.find(shard.ends.begin()->second);
    if (ended != shard.tokens.end()) {
      const auto held = shard.authorizers.find(ended->second.authorizer);
      if (held != shard.authorizers.end() && --held->second == 0) shard.authorizers.erase(held);
      shard.tokens.erase(ended);
    }
    shard.ends.erase(shard.ends.begin());
  }
}

bool TokenMemory::has_room(const Shard& shard, const std::string& authorizer) const {
  if (shard.tokens.size() >= shard_limit_) return false;
  const auto held = shard.authorizers.find(authorizer);
  return held == shard.authorizers.end() || held->second < std::max<std::size_t>(1, shard_limit_ * 3 / 4);
}

TokenMemory::Answer TokenMemory::show(const ports::TokenUse& use, Time now) {
  const std::string name = use.authorizer + '\n' + use.token;
  Shard& shard = shards_.at(std::hash<std::string>{}(name) % shard_count);
  const std::lock_guard lock(shard.mutex);
  forget_ended(shard, now);
  const auto known = shard.tokens.find(name);
  if (known != shard.tokens.end()) {
    const Shown& shown = known->second;
    const bool sent_again =
        !use.session.empty() && shown.session == use.session && now - shown.first <= sent_again_within;
    return shown.client == use.client && (!use.once || sent_again) ? Answer::good : Answer::replayed;
  }
  if (!has_room(shard, use.authorizer)) return Answer::full;
  shard.tokens.emplace(name, Shown{use.client, use.session, use.authorizer, now});
  shard.ends.emplace(use.until, name);
  ++shard.authorizers[use.authorizer];
  return Answer::good;
}

std::size_t TokenMemory::size() const {
  std::size_t total = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.tokens.size();
  }
  return total;
}

}  // namespace vouchsafe::delegation
