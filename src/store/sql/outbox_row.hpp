#pragma once

#include "domain/outbox_entry.hpp"
#include "domain/result.hpp"

#include <soci/soci.h>

#include <string>

namespace vouchsafe::store {

/// A row of the outbox, as SOCI binds it: the envelope's columns, and those of all kinds of body, of which each kind
/// uses its own. What `flags` means stands in outbox_row.cpp.
struct OutboxRow {
  long long id = 0;
  int kind = 0;
  long long subscription = 0;
  std::string host;
  std::string realm;
  std::string impi;
  std::string impus;  ///< a line each
  std::string sets;   ///< with blanks between
  std::string authorizer;
  long long cursor = 0;
  int flags = 0;
  int reference = 0;
  std::string service;
  std::string cause;
  long long created = 0;
  long long due = 0;
  int tries = 0;
  int given_up = 0;
  std::string error;
  long long origin = 0;

  static OutboxRow from(const OutboxEntry& entry);
  /// \return malformed where the kind is none that this release knows
  [[nodiscard]] Result<OutboxEntry> entry() const;
};

/// All columns, in the order in which into_row() binds them.
inline constexpr const char* outbox_columns =
    "id, kind, subscription_id, host, realm, impi, impus, sets, authorizer, cursor, flags, reference, service, cause, "
    "created, due, tries, given_up, error, origin";

/// Binds a row to a SELECT of outbox_columns.
template <class Prepared>
decltype(auto) into_row(Prepared&& prepared, OutboxRow& row) {
  return (prepared, soci::into(row.id), soci::into(row.kind), soci::into(row.subscription), soci::into(row.host),
          soci::into(row.realm), soci::into(row.impi), soci::into(row.impus), soci::into(row.sets),
          soci::into(row.authorizer), soci::into(row.cursor), soci::into(row.flags), soci::into(row.reference),
          soci::into(row.service), soci::into(row.cause), soci::into(row.created), soci::into(row.due),
          soci::into(row.tries), soci::into(row.given_up), soci::into(row.error), soci::into(row.origin));
}

}  // namespace vouchsafe::store
