#pragma once

#include "ports/clock.hpp"
#include "ports/vouching_memory.hpp"

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace vouchsafe::delegation {

/// Vouchings kept in this process, for a configured lifetime and up to a configured number. Sharded by IMPI, so that
/// requests for different subscribers do not wait for each other. A restart forgets them: then the SAR rests on nothing
/// and is refused, and the client registers again.
class VouchingMemory : public ports::VouchingMemory {
 public:
  /// \param limit most vouchings kept at once
  VouchingMemory(const ports::Clock& clock, std::chrono::milliseconds lifetime, std::size_t limit)
      : clock_(clock), lifetime_(lifetime), shard_limit_(limit / shard_count + 1) {}

  Result<void> remember(const Impi& impi, const Impu& impu, ports::RememberedVouching vouching) override;
  [[nodiscard]] std::optional<ports::RememberedVouching> find(const Impi& impi, const Impu& impu) const override;
  void forget(const Impi& impi) override;

  void set_lifetime(std::chrono::milliseconds lifetime) { lifetime_.store(lifetime, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    Impu impu;
    ports::RememberedVouching vouching;
    std::chrono::milliseconds until;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::vector<Entry>> by_impi;
    std::deque<std::pair<std::chrono::milliseconds, std::string>> expiries;  ///< in order of remembering
    std::size_t size = 0;
  };
  static constexpr std::size_t shard_count = 64;

  [[nodiscard]] Shard& shard(const Impi& impi) const {
    return shards_.at(std::hash<std::string>{}(impi.text()) % shard_count);
  }
  void expire(Shard& shard, std::chrono::milliseconds now) const;

  const ports::Clock& clock_;
  std::atomic<std::chrono::milliseconds> lifetime_;
  std::size_t shard_limit_;
  mutable std::array<Shard, shard_count> shards_;
};

}  // namespace vouchsafe::delegation
