#include "diameter/wire_guard.hpp"

#include "diameter/guarded.hpp"
#include "diameter/handle.hpp"
#include "diameter/rows.hpp"

#include <algorithm>
#include <array>

namespace vouchsafe::diameter {
namespace {

constexpr std::size_t header_size = 20;
constexpr std::size_t avp_header_size = 8;
constexpr std::uint32_t vendor_flag = 0x80000000U;
constexpr std::uint32_t length_mask = 0x00FFFFFFU;

constexpr std::array guarded_avps = {Avp::session_id,        Avp::origin_host,      Avp::origin_realm,
                                     Avp::destination_realm, Avp::destination_host, Avp::route_record};

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
    const std::size_t avp_length = flags_and_length & length_mask;
    if (avp_length < avp_header_size || at + avp_length > length) break;
    if ((flags_and_length & vendor_flag) == 0) {
      const std::string_view value(reinterpret_cast<const char*>(octets) + at + avp_header_size,
                                   avp_length - avp_header_size);
      if (code == row_of(Avp::origin_host).code) origin_host = value;
      const auto* guarded =
          std::find_if(guarded_avps.begin(), guarded_avps.end(), [&](Avp avp) { return row_of(avp).code == code; });
      if (guarded != guarded_avps.end() && !found && value.find('\0') != std::string_view::npos)
        found = HostileAvp{row_of(*guarded).name, {}};
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
  try {
    events_.publish(ports::MessageDropped{hostile->name, std::string(hostile->origin_host)});
  } catch (const std::exception&) {
    return;  // without memory nobody hears of it
  }
}

void WireGuard::start() {
  check("fd_hook_register", fd_hook_register(HOOK_MASK(HOOK_DATA_RECEIVED), on_data, this, nullptr, &hook_));
}

WireGuard::~WireGuard() {
  if (hook_ != nullptr) (void)fd_hook_unregister(hook_);
}

}  // namespace vouchsafe::diameter
