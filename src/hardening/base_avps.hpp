#pragma once

#include <cstdint>

/// Codes of the base protocol's AVPs (RFC 6733, 4.5): of the dictionary's rows, and two that the HSS itself never
/// reads.
namespace vouchsafe::hardening::base {

#define AVP(vendor, code, enumerator, name, type, flags, clause) inline constexpr std::uint32_t enumerator = code;
#define VALUE(avp, number, name)
#include "dict/base.def"
#undef VALUE
#undef AVP
inline constexpr std::uint32_t proxy_host = 280;
inline constexpr std::uint32_t proxy_info = 284;

}  // namespace vouchsafe::hardening::base
