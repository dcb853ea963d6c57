#pragma once

#include "store/sql/lookup.hpp"
#include "store/sqlite/database.hpp"

namespace vouchsafe::store {

/// Reads from the database: one indexed join for the subject, more only where the procedure asks for more. What belongs
/// to one view is read in one transaction.
class SqlReader : public LookupReader<> {
 public:
  explicit SqlReader(Database& database) : database_(database) {}

 private:
  [[nodiscard]] Result<ports::DataView> find(const Lookup& lookup) const override;
  Database& database_;
};

/// Reads on a connection that a transaction may be open on.
class ConnectionReader : public LookupReader<> {
 public:
  /// \param in_transaction the caller's transaction makes the snapshot
  ConnectionReader(Connection& connection, bool in_transaction)
      : connection_(connection), in_transaction_(in_transaction) {}

 private:
  friend class SqlReader;
  friend class TransactionReader;
  [[nodiscard]] Result<ports::DataView> find(const Lookup& lookup) const override;
  Connection& connection_;
  bool in_transaction_;
};

}  // namespace vouchsafe::store
