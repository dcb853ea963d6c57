#pragma once

#include "sh/context.hpp"
#include "sh/requests.hpp"

#include <string>
#include <vector>

namespace vouchsafe::sh {

/// Under which name the store keeps a piece: AliasesRepositoryData behind a control character, which no
/// Service-Indication may hold, so that neither is reached under the other's name. The alias group of an IMPU is its
/// implicit registration set.
std::string stored_service(DataReference reference, const std::string& service);

/// The identity that the store keeps them under.
const Impu& stored_under(const ports::DataView& view, DataReference reference, const PublicIdentity& identity);

/// The grants that the document of a public identity shows: those for it, and those for the subscription's IMPIs.
std::vector<Grant> shown_grants(const ports::DataView& view, const PublicIdentity& identity);
/// \return whether the subscription has grants as repository data at all
bool has_grants(const ports::DataView& view);

/// What one piece of data is now, added to the document (TS 29.328, 7.6). Data that is not there adds nothing.
/// \param services of repository data; \return the result, success unless a part cannot be read
ResultCode add_piece(const ports::DataView& view, const PublicIdentity& identity, DataReference reference,
                     const ShCommon& common, const ShContext& context, ports::ShData& data);

}  // namespace vouchsafe::sh
