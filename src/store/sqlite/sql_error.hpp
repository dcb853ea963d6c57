#pragma once

#include <cstdint>
#include <exception>
#include <string>

namespace vouchsafe::store {

/// SQLite's primary result code, SQLITE_BUSY for example; 0 for what is not SQLite's.
int sqlite_code(const std::exception& thrown);

/// Whom it concerns that something failed: what was to be written, or the database and everybody who uses it.
enum class Blame : std::uint8_t { writes, database };

/// Only a broken constraint and a value that is too big or of the wrong type are
/// the writes' own; what is not SQLite's at all is too.
Blame blame_for(const std::exception& thrown);

/// \return whether a constraint was broken; where only uniqueness can be, the value is there already
bool breaks_constraint(const std::exception& thrown);

/// \return whether the same may succeed when it is tried again: another connection was in the way
bool is_transient(const std::exception& thrown);

/// For the log: without the statement and the values that were bound to it.
std::string text_of(const std::exception& thrown);

}  // namespace vouchsafe::store
