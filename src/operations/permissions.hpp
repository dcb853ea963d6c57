#pragma once

#include "ports/operator_reader.hpp"

#include <cstddef>

// The AS permission list (TS 29.328, 6.2): what an operator lets an application server do.
namespace vouchsafe::operations {

/// Adds operations to what a host may do with a Data-Reference and Service-Indication.
Result<ports::Writes> allow(const AsPermission& permission, const ports::OperatorReader& reader);

struct Denied {
  ports::Writes writes;
  std::size_t permissions = 0;    ///< entries that change
  std::size_t subscriptions = 0;  ///< to notifications, which end because no entry covers them any more
};
/// Takes operations away. \param everything of whatever Data-Reference \return not_found where the host has no such
/// entry
Result<Denied> deny(const AsPermission& permission, bool everything, const ports::OperatorReader& reader);

}  // namespace vouchsafe::operations
