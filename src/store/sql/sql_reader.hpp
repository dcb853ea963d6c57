#pragma once

#include "ports/subscriber_store.hpp"
#include "store/sqlite/database.hpp"

namespace vouchsafe::store {

/// Reads from the database: one indexed join for the subject, more only where the procedure asks for more. What belongs
/// to one view is read in one transaction.
class SqlReader : public ports::SubscriberReader {
 public:
  explicit SqlReader(Database& database) : database_(database) {}
  [[nodiscard]] Result<ports::View> find(const ports::Lookup& lookup) const override;

 private:
  Database& database_;
};

/// Reads on a connection that a transaction may be open on.
class ConnectionReader : public ports::SubscriberReader {
 public:
  /// \param in_transaction the caller's transaction makes the snapshot
  ConnectionReader(Connection& connection, bool in_transaction)
      : connection_(connection), in_transaction_(in_transaction) {}
  [[nodiscard]] Result<ports::View> find(const ports::Lookup& lookup) const override;

 private:
  Connection& connection_;
  bool in_transaction_;
};

}  // namespace vouchsafe::store
