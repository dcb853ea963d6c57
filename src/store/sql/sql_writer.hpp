#pragma once

#include "ports/writes.hpp"

#include <soci/soci.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace vouchsafe::store {

/// The prepared statements of a SqlWriter, with the variables that they are bound to. Those of a registration are
/// prepared once a connection; the rest is rare.
struct WriteStatements {
  explicit WriteStatements(soci::session& sql);

  long long id = 0;
  std::string state;
  int served = 0;
  int told = 0;
  int monitored = 0;
  long long review_at = 0;
  soci::indicator review_at_null = soci::i_null;
  std::string authorizer;
  std::string impi;
  int irs = 0;

  soci::statement write;
  soci::statement remove;
  soci::statement forget_vouched;
  soci::statement add_vouched;
};

/// What is to be written contradicts what is there.
class Contradiction : public std::runtime_error {
 public:
  explicit Contradiction(Error error) : std::runtime_error(error.detail), error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
};

/// Writes one thing after the other, in the caller's transaction. Throws soci::soci_error, and Contradiction.
class SqlWriter {
 public:
  SqlWriter(soci::session& sql, WriteStatements& statements) : sql_(sql), st_(statements) {}
  void apply(const ports::Writes& writes);

  void operator()(const ports::StateChange& change);
  void operator()(const ports::ProfileChange& change);
  void operator()(const ports::IdentitiesChange& change);
  void operator()(const ports::SubscriptionRemoved& change);
  void operator()(const ports::SealedBy& precondition);
  void operator()(const ports::GrantsChange& change);
  void operator()(const ports::GrantAddition& change);
  void operator()(const ports::GrantRemoval& change);
  void operator()(const ports::GrantsRemoval& change);
  void operator()(const ports::PoolAddition& change);
  void operator()(const ports::PoolRemoval& change);
  void operator()(const ports::AuthorizerAddition& change);
  void operator()(const ports::SuspensionChange& change);
  void operator()(const ports::SuspensionEnd& change);
  void operator()(const ports::AuthorizerTokensChange& change);
  void operator()(const ports::AuthorizerKeyChange& change);
  void operator()(const ports::AuthorizerRemoval& change);
  void operator()(const ports::PermissionChange& change);
  void operator()(const ports::SharedSetChange& change);
  void operator()(const ports::SharedSetRemoval& change);
  void operator()(const ports::RepositoryChange& change);
  void operator()(const ports::NotificationSubscription& change);
  void operator()(const ports::NotificationUnsubscription& change);
  void operator()(const ports::DataChanged& change);
  void operator()(const ports::OutboxAddition& change);
  void operator()(const ports::OutboxRemoval& change);
  void operator()(const ports::OutboxChange& change);

  /// Adds an entry to the outbox. \return its number
  std::int64_t add(const OutboxEntry& entry);

 private:
  void watch(long long subscription);
  void unsubscribe(const ports::NotificationUnsubscription& gone);
  void take_grant(long long subscription, Grant::Subject kind, const std::string& subject,
                  const AuthorizerName& authorizer);
  void grants_change(long long subscription, int sequence);
  void add_grant(long long subscription, const Grant& grant);
  /// Everybody reads authorizers, pools and permissions anew. A grant of one subscription is read with it, and needs
  /// none of that.
  void move_registry();
  soci::session& sql_;
  WriteStatements& st_;
};

}  // namespace vouchsafe::store
