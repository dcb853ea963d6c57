#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sql_error.hpp"

namespace vouchsafe::store {

/// Runs a body on a connection; what it throws becomes unavailable, and the connection is not used again.
template <class T, class Body>
Result<T> with_connection(Database& database, Body body) {
  auto lease = database.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  try {
    return body(**lease);
  } catch (const std::exception& e) {
    (*lease)->broken = true;
    return unavailable(text_of(e));
  }
}

}  // namespace vouchsafe::store
