#pragma once

#include "ports/writes.hpp"

#include <soci/soci.h>

#include <cstdint>

namespace vouchsafe::store {

/// Writes the outbox table, in the caller's transaction. Throws soci::soci_error.
class OutboxWriter {
 public:
  explicit OutboxWriter(soci::session& sql) : sql_(sql) {}
  /// \return the number that the entry was given
  std::int64_t add(const OutboxEntry& entry);
  /// Writes the tries, due, cursor, error and given_up of an entry that is there.
  void change(const OutboxEntry& entry);
  void remove(std::int64_t id);
  /// Adds a PNR to each AS that is subscribed to what has changed, and takes subscriptions that were for one change
  /// alone away. \return whether there were such
  bool notify(const ports::DataChanged& change);

 private:
  soci::session& sql_;
};

}  // namespace vouchsafe::store
