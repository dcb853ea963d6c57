#pragma once

#include "ports/operator_reader.hpp"
#include "store/sql/sql_reader.hpp"

namespace vouchsafe::store {

/// What operations read, in the transaction that is open on a connection. Throws soci::soci_error.
class TransactionReader : public LookupReader<ports::OperatorReader> {
 public:
  explicit TransactionReader(Connection& connection) : connection_(connection) {}
  [[nodiscard]] Result<std::vector<AsPermission>> permissions() const override;
  [[nodiscard]] Result<std::vector<ports::NotificationSubscription>> notifications_of(
      const std::string& hosts) const override;
  [[nodiscard]] Result<bool> has_shared_set(const std::string& name) const override;
  [[nodiscard]] Result<std::vector<ports::Granting>> granting(const AuthorizerName& authorizer, std::int64_t after,
                                                              std::size_t limit) const override;
  [[nodiscard]] Result<std::size_t> pools_of(const AuthorizerName& authorizer) const override;

 private:
  [[nodiscard]] Result<ports::DataView> find(const Lookup& lookup) const override;
  Connection& connection_;
};

}  // namespace vouchsafe::store
