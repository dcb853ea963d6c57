#pragma once

#include "domain/result.hpp"

#include <soci/soci.h>

namespace vouchsafe::store {

/// The newest schema that this program knows.
inline constexpr int schema_version = 6;

/// Creates the tables in an empty database, or migrates an older one, step by step, each step in one transaction.
/// \return unavailable, with what to do, for a newer schema, or a file that is no database of ours
Result<void> migrate(soci::session& session);

}  // namespace vouchsafe::store
