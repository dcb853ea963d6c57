#include "diameter/wire_guard.hpp"

#include "diameter/guarded.hpp"
#include "diameter/handle.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace vouchsafe::diameter {
namespace {

constexpr std::size_t header_size = 20;
constexpr std::size_t avp_header_size = 8;

struct GuardedAvp {
  std::uint32_t code;
  const char* name;
};
constexpr std::array<GuardedAvp, 6> guarded_avps = {{{263, "Session-Id"},
                                                     {264, "Origin-Host"},
                                                     {296, "Origin-Realm"},
                                                     {283, "Destination-Realm"},
                                                     {293, "Destination-Host"},
                                                     {282, "Route-Record"}}};

std::uint32_t read32(const std::uint8_t* at) {
  return (std::uint32_t{at[0]} << 24U) | (std::uint32_t{at[1]} << 16U) | (std::uint32_t{at[2]} << 8U) | at[3];
}

void on_data(enum fd_hook_type, msg*, peer_hdr*, void* other, fd_hook_permsgdata*, void* self) noexcept {
  const CancellationOff off;
  static_cast<const WireGuard*>(self)->inspect(*static_cast<fd_cnx_rcvdata*>(other));
}

}  // namespace

std::optional<HostileAvp> find_hostile(const std::uint8_t* octets, std::size_t length) {
  std::optional<HostileAvp> found;
  std::string_view origin_host;
  std::size_t at = header_size;
  while (at + avp_header_size <= length) {
    const std::uint32_t code = read32(octets + at);
    const std::uint32_t flags_and_length = read32(octets + at + 4);
    const std::size_t avp_length = flags_and_length & 0xFFFFFFU;
    const bool vendor_specific = (flags_and_length & 0x80000000U) != 0;
    if (avp_length < avp_header_size || at + avp_length > length) break;
    if (!vendor_specific) {
      const std::string_view value(reinterpret_cast<const char*>(octets) + at + avp_header_size,
                                   avp_length - avp_header_size);
      if (code == 264) origin_host = value;
      const auto* row =
          std::find_if(guarded_avps.begin(), guarded_avps.end(), [&](const GuardedAvp& g) { return g.code == code; });
      if (row != guarded_avps.end() && !found && std::memchr(value.data(), 0, value.size()) != nullptr)
        found = HostileAvp{row->name, {}};
    }
    at += (avp_length + 3) & ~std::size_t{3};
  }
  if (found) found->origin_host = origin_host;
  return found;
}

void WireGuard::inspect(fd_cnx_rcvdata& data) const noexcept {
  const auto hostile = find_hostile(data.buffer, data.length);
  if (!hostile) return;
  data.buffer[0] = 0;  // no such Diameter version: the core drops the message without looking into it
  log_.write(ports::Message::hostile_message, {hostile->name, hostile->origin_host});
}

void WireGuard::start() {
  check("fd_hook_register", fd_hook_register(HOOK_MASK(HOOK_DATA_RECEIVED), on_data, this, nullptr, &hook_));
}

WireGuard::~WireGuard() {
  if (hook_ != nullptr) (void)fd_hook_unregister(hook_);
}

}  // namespace vouchsafe::diameter
