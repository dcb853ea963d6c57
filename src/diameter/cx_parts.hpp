#pragma once

#include "cx/requests.hpp"
#include "diameter/write.hpp"

namespace vouchsafe::diameter {

/// Grouped AVPs that several Cx messages hold.

/// Charging-Information; nothing for one without any name.
void add_charging(AvpWriter& out, const Charging& charging);
/// SIP-Auth-Data-Item: the items of a vector, or the digest data (TS 29.228, tables 6.3.3 to 6.3.6).
void add_item(AvpWriter& out, const cx::AuthDataItem& item, std::uint32_t number);
/// Allowed-WAF-WWSF-Identities, also when it is empty: then nobody may vouch.
void add_allowed(AvpWriter& out, const AllowedNames& names);

}  // namespace vouchsafe::diameter
