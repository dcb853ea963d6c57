#pragma once

#include "ports/clock.hpp"
#include "ports/vouching_memory.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <string_view>
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
    std::string_view impu;
    std::shared_ptr<const ports::RememberedVouching> vouching;
    std::chrono::milliseconds until;
  };
  /// What was remembered in half a lifetime. Its texts and nodes lie in a buffer of its own that goes as a whole: kept
  /// apart from the heap, they do not scatter it for the messages that come and go.
  class Generation {
   public:
    [[nodiscard]] Entry* find(std::string_view impi, std::string_view impu);
    void add(std::string_view impi, std::string_view impu, Entry entry);
    void forget(std::string_view impi);
    [[nodiscard]] std::size_t live() const { return entries_.size(); }
    [[nodiscard]] std::size_t added() const { return added_; }  ///< with what was forgotten: its memory stays

   private:
    std::string_view keep(std::string_view text);
    static constexpr std::size_t first_buffer = 16384;
    std::pmr::monotonic_buffer_resource buffer_{first_buffer};
    std::pmr::unordered_multimap<std::string_view, Entry> entries_{&buffer_};  ///< by IMPI
    std::size_t added_ = 0;
  };
  /// What was remembered lately is in the first generation. They move on twice a lifetime, and what falls out of the
  /// last has expired: nothing is looked at one by one.
  static constexpr std::size_t generation_count = 3;
  struct Shard {
    mutable std::mutex mutex;
    std::array<std::unique_ptr<Generation>, generation_count> generations;  ///< nullptr: nothing in it
    std::chrono::milliseconds rotate_at{0};
    /// Most vouchings come from few relays and authorizers: those that are alike share one.
    std::array<std::shared_ptr<const ports::RememberedVouching>, 8> recent;
    std::size_t next_recent = 0;
  };
  static constexpr std::size_t shard_count = 64;

  [[nodiscard]] Shard& shard(const Impi& impi) const {
    return shards_.at(std::hash<std::string>{}(impi.text()) % shard_count);
  }
  /// \return what has expired, to be destroyed when the shard's lock is given back
  std::vector<std::unique_ptr<Generation>> rotate(Shard& shard, std::chrono::milliseconds now) const;
  static std::size_t added_to(const Shard& shard);
  static std::shared_ptr<const ports::RememberedVouching> shared(Shard& shard, ports::RememberedVouching vouching);

  const ports::Clock& clock_;
  std::atomic<std::chrono::milliseconds> lifetime_;
  std::size_t shard_limit_;
  mutable std::array<Shard, shard_count> shards_;
};

}  // namespace vouchsafe::delegation
