#pragma once

#include "ports/operator_reader.hpp"

#include <string>

// Shared sets of initial filter criteria (TS 29.228, B.2.1).
namespace vouchsafe::operations {

/// Writes a set, in the place of one with its name: then S-CSCFs learn the profiles that name it anew.
Result<ports::Writes> put_shared_set(const SharedIfc& set, const ports::OperatorReader& reader, Time now);

/// Takes a set out. \return not_found
Result<ports::Writes> remove_shared_set(const std::string& name, const ports::OperatorReader& reader);

}  // namespace vouchsafe::operations
