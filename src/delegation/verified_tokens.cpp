#include "delegation/verified_tokens.hpp"

#include <utility>

namespace vouchsafe::delegation {

bool VerifiedTokens::holds(const std::string& token, const std::string& key, Time now) const {
  const Shard& shard = shard_of(token);
  const std::lock_guard lock(shard.mutex);
  for (const Entries* entries : {&shard.younger, &shard.older}) {
    const auto found = entries->find(token);
    if (found != entries->end()) return found->second.key == key && now < found->second.until;
  }
  return false;
}

void VerifiedTokens::put(const std::string& token, const std::string& key, Time until) {
  Entries gone;  // destroyed after the lock
  Shard& shard = shard_of(token);
  const std::lock_guard lock(shard.mutex);
  if (shard.younger.size() >= half_) gone = std::exchange(shard.older, std::exchange(shard.younger, {}));
  shard.younger.insert_or_assign(token, Entry{key, until});
}

std::size_t VerifiedTokens::size() const {
  std::size_t total = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.younger.size() + shard.older.size();
  }
  return total;
}

}  // namespace vouchsafe::delegation
