#pragma once

#include <cstdint>
#include <string>

namespace vouchsafe::diameter {

/// The project's AVPs as a Custom.xml for the diameter folder of Wireshark's data: from the same rows as everything
/// else. 3GPP's AVPs are in Wireshark's own dictionary already.
std::string wireshark_dictionary(std::uint32_t vendor);

}  // namespace vouchsafe::diameter
