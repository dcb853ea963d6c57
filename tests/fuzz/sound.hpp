#pragma once

#include "hardening/avp_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// What RFC 6733, 4.1, says of AVPs, checked by other code than the judge's.
namespace vouchsafe::fuzz {

inline std::uint32_t number_at(std::string_view octets, std::size_t at, std::size_t count) {
  std::uint32_t out = 0;
  for (std::size_t i = at; i < at + count; ++i) out = (out << 8U) | static_cast<std::uint8_t>(octets[i]);
  return out;
}

/// \return what is wrong with the data of an AVP of that kind; empty: nothing
std::string fault_in_value(hardening::Kind kind, std::string_view data, const hardening::AvpTable& avps, int depth);

/// \return what is wrong with a row of AVPs; empty: nothing
inline std::string fault_in_avps(std::string_view octets, const hardening::AvpTable& avps, int depth = 0) {
  constexpr int deepest = 17;
  if (depth > deepest) return "groups without end";
  while (!octets.empty()) {
    if (octets.size() < 8) return "a rest";
    const bool has_vendor = number_at(octets, 4, 1) >= 0x80;
    const std::size_t header = has_vendor ? 12 : 8;
    const std::size_t length = number_at(octets, 5, 3);
    if (octets.size() < header || length < header || length > octets.size()) return "a length that cannot be";
    const std::uint32_t vendor = has_vendor ? number_at(octets, 8, 4) : 0;
    if (has_vendor && vendor == 0) return "V and Vendor-Id 0";
    const auto kind = avps.kind(vendor, number_at(octets, 0, 4));
    auto fault = fault_in_value(kind, octets.substr(header, length - header), avps, depth);
    if (!fault.empty()) return fault;
    const std::size_t padded = length + (4 - length % 4) % 4;
    octets.remove_prefix(padded < octets.size() ? padded : octets.size());
  }
  return {};
}

inline std::string fault_in_value(hardening::Kind kind, std::string_view data, const hardening::AvpTable& avps,
                                  int depth) {
  using hardening::Kind;
  if (kind == Kind::four && data.size() != 4) return "a number that has not four octets";
  if (kind == Kind::eight && data.size() != 8) return "a number that has not eight octets";
  if (kind == Kind::filled && data.empty()) return "nothing where something is needed";
  return kind == Kind::group ? fault_in_avps(data, avps, depth + 1) : std::string();
}

}  // namespace vouchsafe::fuzz
