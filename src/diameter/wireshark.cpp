#include "diameter/wireshark.hpp"

#include "diameter/rows.hpp"

#include <fmt/format.h>

namespace vouchsafe::diameter {
namespace {

std::string type_of(const AvpRow& row) {
  switch (row.type) {
    case AvpType::u32:
      return "<type type-name=\"Unsigned32\"/>";
    case AvpType::time:
      return "<type type-name=\"Time\"/>";
    case AvpType::utf8:
      return "<type type-name=\"UTF8String\"/>";
    case AvpType::enumerated: {
      std::string out = "<type type-name=\"Enumerated\"/>";
      for (const auto& value : value_rows()) {
        if (value.avp == row.avp) out += fmt::format("\n    <enum name=\"{}\" code=\"{}\"/>", value.name, value.number);
      }
      return out;
    }
    case AvpType::grouped: {
      std::string out = "<grouped>";
      for (const auto& member : member_rows()) {
        if (member.group == row.avp) out += fmt::format("\n      <gavp name=\"{}\"/>", row_of(member.avp).name);
      }
      return out + "\n    </grouped>";
    }
    default:
      return "<type type-name=\"OctetString\"/>";
  }
}

}  // namespace

std::string wireshark_dictionary(std::uint32_t vendor) {
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  out += fmt::format("<vendor vendor-id=\"Vouchsafe\" code=\"{}\" name=\"Vouchsafe\">\n", vendor);
  for (const auto& row : avp_rows()) {
    if (row.vendor != AvpVendor::ours) continue;
    out += fmt::format(
        "  <avp name=\"{}\" code=\"{}\" mandatory=\"mustnot\" vendor-bit=\"must\" vendor-id=\"Vouchsafe\" "
        "may-encrypt=\"no\">\n    {}\n  </avp>\n",
        row.name, row.code, type_of(row));
  }
  return out + "</vendor>\n";
}

}  // namespace vouchsafe::diameter
