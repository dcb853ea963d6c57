#pragma once

#include "ports/token_uses.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vouchsafe::delegation {

/// Shown tokens in this process, each until its end, and up to a configured number. Nothing makes room before its time:
/// what is forgotten could be shown again. A restart forgets all of them.
class TokenMemory : public ports::TokenUses {
 public:
  /// \param limit most tokens remembered at once; one authorizer's may be three quarters of them
  explicit TokenMemory(std::size_t limit) : shard_limit_(limit / shard_count + 1) {}

  /// How long after the first show a request with a token that serves once may still be the same one, sent again: SIP's
  /// Timer B, as long as a vouching is remembered by default.
  static constexpr std::chrono::seconds sent_again_within{32};

  Answer show(const ports::TokenUse& use, Time now) override;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Shown {
    std::string client;
    std::string session;
    std::string authorizer;
    Time first;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Shown> tokens;
    std::multimap<Time, std::string> ends;
    std::unordered_map<std::string, std::size_t> authorizers;
  };
  static constexpr std::size_t shard_count = 16;

  static void forget_ended(Shard& shard, Time now);
  [[nodiscard]] bool has_room(const Shard& shard, const std::string& authorizer) const;

  std::size_t shard_limit_;
  std::array<Shard, shard_count> shards_;
};

}  // namespace vouchsafe::delegation
