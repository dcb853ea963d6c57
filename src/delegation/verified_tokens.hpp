#pragma once

#include "domain/time.hpp"

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vouchsafe::delegation {

/// Tokens whose signature was verified, so that one that is shown again costs none. What is forgotten is verified anew:
/// when a part is full, the older half of it goes. Safe from many threads at once.
class VerifiedTokens {
 public:
  explicit VerifiedTokens(std::size_t limit) : half_(limit / shard_count / 2 + 1) {}

  /// \param token its fingerprint; \param key the thumbprint of the key that is to have verified it
  [[nodiscard]] bool holds(const std::string& token, const std::string& key, Time now) const;
  void put(const std::string& token, const std::string& key, Time until);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    Time until{};
  };
  using Entries = std::unordered_map<std::string, Entry>;
  struct Shard {
    mutable std::mutex mutex;
    Entries younger;
    Entries older;
  };
  static constexpr std::size_t shard_count = 16;
  [[nodiscard]] Shard& shard_of(const std::string& token) const {
    return shards_.at(std::hash<std::string>{}(token) % shard_count);
  }

  std::size_t half_;
  mutable std::array<Shard, shard_count> shards_;
};

}  // namespace vouchsafe::delegation
