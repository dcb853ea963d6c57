#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/mapped_reads.hpp"
#include "store/sqlite/sql_error.hpp"

namespace vouchsafe::store {

/// Runs a body on a connection; what it throws becomes unavailable, and the connection is not used again.
template <class T, class Body>
Result<T> with_connection(Database& database, Body body) {
  auto lease = database.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  try {
    const auto faults = mapped_reads::faults();
    auto out = body(**lease);
    if (mapped_reads::faults() != faults) throw std::runtime_error("the database file was made shorter");
    return out;
  } catch (const std::exception& e) {
    (*lease)->broken = true;
    return unavailable(text_of(e));
  }
}

}  // namespace vouchsafe::store
