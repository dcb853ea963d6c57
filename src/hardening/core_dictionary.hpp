#pragma once

#include "core/freediameter.hpp"
#include "hardening/avp_table.hpp"

#include <cstdint>
#include <vector>

namespace vouchsafe::hardening {

/// Every AVP that the daemon's dictionary defines at the moment. Throws std::runtime_error.
AvpTable avps_of(dictionary* dict);

/// The applications that the daemon serves at the moment.
std::vector<std::uint32_t> served_applications();

}  // namespace vouchsafe::hardening
