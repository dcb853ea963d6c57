#pragma once

#include "domain/grant.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::profile {

/// <DelegatedAuthorizers> (dict/delegated-authorizers.xsd).
Result<std::string> write_delegated_authorizers(const std::vector<Grant>& grants);

/// \param subject of the grants that name no IMPI
/// \return malformed, with the place, for what the schema refuses, a name or an identity that is none, a window that
/// ends before it begins, and two grants of one subject to one authorizer
Result<std::vector<Grant>> read_delegated_authorizers(std::string_view xml, const Impu& subject);

}  // namespace vouchsafe::profile
