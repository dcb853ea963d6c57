#pragma once

#include "diameter/handle.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vouchsafe::diameter {

/// One AVP of a parsed message. A view: lives as long as the message.
struct AvpView {
  avp* handle = nullptr;
  std::uint32_t code = 0;
  std::uint32_t vendor = 0;
  bool mandatory = false;
  const avp_value* value = nullptr;  ///< nullptr for a grouped one, and for one that the dictionary does not know

  [[nodiscard]] std::string_view text() const {
    if (value == nullptr) return {};
    return {reinterpret_cast<const char*>(value->os.data), value->os.len};
  }
  [[nodiscard]] std::uint32_t number() const { return value == nullptr ? 0 : value->u32; }
};

/// Calls `each` with every AVP directly below the message or grouped AVP, in their order.
template <class Each>
void for_each_avp(msg_or_avp* parent, Each each) {
  avp* at = nullptr;
  check("fd_msg_browse",
        fd_msg_browse_internal(parent, MSG_BRW_FIRST_CHILD, reinterpret_cast<msg_or_avp**>(&at), nullptr));
  while (at != nullptr) {
    avp_hdr* header = nullptr;
    check("fd_msg_avp_hdr", fd_msg_avp_hdr(at, &header));
    const std::uint32_t vendor = (header->avp_flags & AVP_FLAG_VENDOR) != 0 ? header->avp_vendor : 0;
    each(AvpView{at, header->avp_code, vendor, (header->avp_flags & AVP_FLAG_MANDATORY) != 0, header->avp_value});
    check("fd_msg_browse", fd_msg_browse_internal(at, MSG_BRW_NEXT, reinterpret_cast<msg_or_avp**>(&at), nullptr));
  }
}

/// \return the text of the last AVP of the base protocol with that code, directly below; empty: none. A view into it.
inline std::string_view base_text(msg_or_avp* parent, std::uint32_t code) {
  std::string_view out;
  for_each_avp(parent, [&](const AvpView& avp) {
    if (avp.code == code && avp.vendor == 0) out = avp.text();
  });
  return out;
}

/// \return the peer whose connection the message came over; empty for one that was made here
inline std::string source_of(msg* message) {
  DiamId_t name = nullptr;
  std::size_t length = 0;
  check("fd_msg_source_get", fd_msg_source_get(message, &name, &length));
  return name == nullptr ? std::string{} : std::string(name, length);
}

}  // namespace vouchsafe::diameter
