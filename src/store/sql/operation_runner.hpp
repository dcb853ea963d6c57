#pragma once

#include "ports/operator_reader.hpp"
#include "ports/writes.hpp"
#include "store/sqlite/database.hpp"

#include <cstdint>
#include <functional>

namespace vouchsafe::store {

/// Runs operations: what they read and what they write is one transaction, with the
/// messages and reviews that they call for.
class OperationRunner {
 public:
  explicit OperationRunner(Database& database) : database_(database) {}

  /// An operation that reads for itself.
  using Reading = std::function<Result<ports::Writes>(const ports::OperatorReader&)>;
  /// An operation, on what the store holds of the subscription, with its grants.
  using Operation = std::function<Result<ports::Writes>(const ports::View&)>;
  /// \return the number of the first entry that went into the outbox, which the others have for their origin
  /// (SqlOutbox::left), 0 for none; not_found; conflict where what it writes contradicts what is there; or the
  /// operation's own error: then nothing is written
  Result<std::int64_t> run(std::int64_t subscription, const Operation& operation);
  /// \return as above
  Result<std::int64_t> run(const Reading& operation);

 private:
  Database& database_;
};

}  // namespace vouchsafe::store
