#pragma once

#include "domain/state.hpp"
#include "ports/subscriber_store.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace vouchsafe::ports {

/// A new state for a subscription, and what it was computed from.
struct StateChange {
  std::int64_t subscription = 0;
  std::uint64_t version = 0;           ///< of the subscription as read
  std::uint64_t registry_version = 0;  ///< of the view as read
  State state;
};

/// A request that may write. Its procedure runs again when another writer came first, so running it must have no effect
/// but its result.
class Work {
 public:
  virtual ~Work() = default;
  /// Runs the procedure on what the reader sees. \return what to write; nothing when the answer stands without a write
  virtual std::optional<StateChange> prepare(const SubscriberReader& reader) = 0;
  /// The end, called exactly once: success means that what was prepared last is on disk. Must not throw.
  virtual void finish(const Result<void>& outcome) noexcept = 0;
};

/// Makes changes durable, many in one transaction.
class Committer {
 public:
  virtual ~Committer() = default;
  /// Prepares the work on the caller's thread, then finishes it: at once where nothing is written, else when the change
  /// is on disk, on another thread. Finishes with overloaded when too much is queued, with unavailable when the store
  /// is down.
  virtual void submit(std::unique_ptr<Work> work) = 0;
};

}  // namespace vouchsafe::ports
