#include "ctl/command.hpp"
#include "diameter/rows.hpp"
#include "diameter/wireshark.hpp"

#include <iostream>

namespace vouchsafe::ctl {

void add_dictionary(CLI::App& app, Session&) {
  auto* command = app.add_subcommand("dictionary", "write the AVPs as a Custom.xml for Wireshark and tshark");
  auto vendor = std::make_shared<std::uint32_t>(diameter::default_vendor_id);
  command->add_option("--vendor-id", *vendor, "as in vouchsafe.conf");
  command->callback([vendor] { std::cout << diameter::wireshark_dictionary(*vendor); });
}

}  // namespace vouchsafe::ctl
