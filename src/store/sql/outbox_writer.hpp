#pragma once

#include "domain/outbox_entry.hpp"

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

 private:
  soci::session& sql_;
};

}  // namespace vouchsafe::store
