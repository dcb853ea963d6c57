#include "hardening/core_messages.hpp"

#include <algorithm>
#include <cstdlib>

namespace vouchsafe::hardening {

using core::check;
using core::OwnedMessage;

OwnedMessage parsed(Octets octets) {
  auto* buffer = static_cast<std::uint8_t*>(std::malloc(octets.size()));
  if (buffer == nullptr) return nullptr;
  std::copy(octets.begin(), octets.end(), buffer);
  msg* out = nullptr;
  if (fd_msg_parse_buffer(&buffer, octets.size(), &out) != 0) {
    std::free(buffer);
    return nullptr;
  }
  return OwnedMessage(out);
}

bool is_readable(Octets answer) {
  const OwnedMessage message = parsed(answer);
  if (!message) return false;
  fd_pei why{};
  const int rc = fd_msg_parse_rules(message.get(), fd_g_config->cnf_dict, &why);
  if (why.pei_avp_free != 0) (void)fd_msg_free(why.pei_avp);
  return rc == 0;
}

Octets value_of(msg* message, std::uint32_t vendor, std::uint32_t code) {
  msg_or_avp* at = nullptr;
  check("fd_msg_browse", fd_msg_browse_internal(message, MSG_BRW_FIRST_CHILD, &at, nullptr));
  for (; at != nullptr; check("fd_msg_browse", fd_msg_browse_internal(at, MSG_BRW_NEXT, &at, nullptr))) {
    avp_hdr* header = nullptr;
    check("fd_msg_avp_hdr", fd_msg_avp_hdr(static_cast<avp*>(at), &header));
    if (header->avp_code != code || header->avp_vendor != vendor) continue;
    if (header->avp_value == nullptr) check("fd_msg_parse_dict", fd_msg_parse_dict(at, fd_g_config->cnf_dict, nullptr));
    if (header->avp_value != nullptr) return {header->avp_value->os.data, header->avp_value->os.len};
  }
  return {};
}

}  // namespace vouchsafe::hardening
