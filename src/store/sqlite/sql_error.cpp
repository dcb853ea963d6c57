#include "store/sqlite/sql_error.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace vouchsafe::store {

int sqlite_code(const std::exception& thrown) {
  const auto* error = dynamic_cast<const soci::sqlite3_soci_error*>(&thrown);
  return error == nullptr ? 0 : error->result() & 0xFF;  // the rest of an extended code goes into detail
}

Blame blame_for(const std::exception& thrown) {
  if (dynamic_cast<const soci::soci_error*>(&thrown) == nullptr) return Blame::writes;
  switch (sqlite_code(thrown)) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return Blame::writes;
    default:
      return Blame::database;
  }
}

bool breaks_constraint(const std::exception& thrown) { return sqlite_code(thrown) == SQLITE_CONSTRAINT; }

bool is_transient(const std::exception& thrown) {
  const int code = sqlite_code(thrown);
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

std::string text_of(const std::exception& thrown) {
  const auto* error = dynamic_cast<const soci::soci_error*>(&thrown);
  return error == nullptr ? thrown.what() : error->get_error_message();
}

}  // namespace vouchsafe::store
