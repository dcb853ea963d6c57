#pragma once

#include "ports/clock.hpp"
#include "ports/vouchings.hpp"

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vouchsafe::delegation {

/// Vouchings kept in this process, for a configured lifetime and up to a configured number. Sharded by IMPI, so that
/// requests for different subscribers do not wait for each other. A restart forgets them: then the SAR rests on nothing
/// and is refused, and the client registers again.
class VouchingMemory : public ports::Vouchings {
 public:
  /// \param limit most vouchings kept at once; one client may hold three quarters of them
  VouchingMemory(const ports::Clock& clock, std::chrono::milliseconds lifetime, std::size_t limit)
      : clock_(clock), lifetime_(lifetime), shard_limit_(limit / shard_count + 1) {}

  /// Most that are kept for one IMPI: it has few IMPUs, unless they are members of a wildcarded one.
  static constexpr std::size_t most_of_impi = 32;

  [[nodiscard]] std::optional<ports::RememberedVouching> find(const Impi& impi, const Impu& impu) const override;
  std::optional<ports::RememberedVouching> claim(const Impi& impi, const Impu& impu,
                                                 std::string_view registration) override;
  Result<void> apply(const ports::VouchingWrites& writes) override;

  void set_lifetime(std::chrono::milliseconds lifetime) { lifetime_.store(lifetime, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t size() const;

 private:
  Result<void> write(const ports::VouchingRemembered& remembered);
  Result<void> write(const ports::VouchingUsed& used);
  Result<void> write(const ports::VouchingReleased& released);
  Result<void> write(const ports::VouchingForgotten& forgotten);

  using Said = std::shared_ptr<const ports::RememberedVouching>;
  struct Entry {
    std::string_view impu;
    Said said;
    std::chrono::milliseconds until;
    std::string_view registration;  ///< that has claimed it; empty: none
    bool used = false;              ///< its registration is on disk
  };
  /// What was remembered in half a lifetime. Its texts and nodes lie in a buffer of its own that goes as a whole: kept
  /// apart from the heap, they do not scatter it for the messages that come and go.
  class Generation {
   public:
    [[nodiscard]] Entry* find(std::string_view impi, std::string_view impu);
    [[nodiscard]] std::size_t count(std::string_view impi) const { return entries_.count(impi); }
    void add(std::string_view impi, std::string_view impu, Said said, std::chrono::milliseconds until);
    void claim(Entry& entry, std::string_view registration) { entry.registration = keep(registration); }
    void release(Entry& entry) { drop(std::exchange(entry.registration, {})); }
    /// \param impu empty: every one of the IMPI
    void forget(std::string_view impi, std::string_view impu);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// How many of a client's there are.
    [[nodiscard]] std::size_t held_by(const std::string& client) const;

   private:
    std::string_view keep(std::string_view text);
    void drop(std::string_view text);
    static constexpr std::size_t first_buffer = 16384;
    std::pmr::monotonic_buffer_resource buffer_{first_buffer};
    std::pmr::unsynchronized_pool_resource pool_{&buffer_};  ///< gives the room of what is forgotten to what comes
    std::pmr::unordered_multimap<std::string_view, Entry> entries_{&pool_};  ///< by IMPI
    std::map<std::string, std::size_t, std::less<>> clients_;
  };
  /// What was remembered lately is in the first generation. They move on twice a lifetime, and what falls out of the
  /// last has expired: nothing is looked at one by one.
  static constexpr std::size_t generation_count = 3;
  struct Shard {
    mutable std::mutex mutex;
    std::array<std::unique_ptr<Generation>, generation_count> generations;  ///< nullptr: nothing in it
    std::chrono::milliseconds rotate_at{0};
    /// Most vouchings come from few clients and authorizers: those that are alike share one.
    std::array<Said, 8> recent;
    std::size_t next_recent = 0;
  };
  static constexpr std::size_t shard_count = 64;

  [[nodiscard]] Shard& shard(const Impi& impi) const {
    return shards_.at(std::hash<std::string>{}(impi.text()) % shard_count);
  }
  /// \return what has expired, to be destroyed when the shard's lock is given back
  std::vector<std::unique_ptr<Generation>> rotate(Shard& shard, std::chrono::milliseconds now) const;
  [[nodiscard]] Result<void> room_for(const Shard& shard, const Impi& impi, const std::string& client) const;
  /// \return the latest entry of the pair that is not over, and its generation; nullptr: none
  [[nodiscard]] std::pair<Generation*, Entry*> latest(const Shard& shard, const Impi& impi, const Impu& impu) const;
  static Said shared(Shard& shard, const ports::RememberedVouching& vouching);

  const ports::Clock& clock_;
  std::atomic<std::chrono::milliseconds> lifetime_;
  std::size_t shard_limit_;
  mutable std::array<Shard, shard_count> shards_;
};

}  // namespace vouchsafe::delegation
