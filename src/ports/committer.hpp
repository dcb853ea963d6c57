#pragma once

#include "ports/subscriber_store.hpp"
#include "ports/writes.hpp"

#include <memory>

namespace vouchsafe::ports {

/// A request that may write.
class Work {
 public:
  virtual ~Work() = default;
  /// Runs the procedure on what the reader sees, inside the transaction that commits the result: nobody writes in
  /// between. May run again when that transaction failed, so it must have no effect but its result. \return what to
  /// write; nothing when the answer stands without a write
  virtual Writes prepare(const SubscriberReader& reader) = 0;
  /// The end, called exactly once: success means that what was prepared is on disk. Must not throw.
  virtual void finish(const Result<void>& outcome) noexcept = 0;
};

/// Makes changes durable, many in one transaction.
class Committer {
 public:
  virtual ~Committer() = default;
  /// Finishes the work when its change is on disk, on another thread; with overloaded, at once, when too much is
  /// queued; with unavailable when the store cannot write, or when the work's own prepare() threw.
  virtual void submit(std::unique_ptr<Work> work) = 0;
};

}  // namespace vouchsafe::ports
