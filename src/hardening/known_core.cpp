#include "hardening/known_core.hpp"

#include "hardening/avp_maker.hpp"
#include "hardening/base_avps.hpp"
#include "hardening/core_messages.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vouchsafe::hardening {
namespace {

/// The process tests were run on these.
constexpr std::array known_versions = {std::string_view("1.2.1"), std::string_view("1.6.0")};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("the guard does not know this freeDiameter (" + std::string(fd_core_version) + "): " + what +
                           "; use one of the versions 1.2.1 and 1.6.0, or go without the guard: hardening = { judge = "
                           "false; no_delay = false; hold_ms = 0; window = 0; };");
}

/// A request that freeDiameter would block over.
std::vector<std::uint8_t> with_decorated_nai(const Node& node, const OwnAvp& own) {
  AvpMaker out;
  out.number32(0);
  out.number32(std::uint32_t{request_bit | proxiable_bit} << 24U | 300U);
  out.number32(own.application);
  out.number32(1);
  out.number32(1);
  out.avp(base::session_id, mandatory_flag, "hss.example;1;1");
  out.avp(base::origin_host, mandatory_flag, "peer.example");
  out.avp(base::origin_realm, mandatory_flag, "example");
  out.avp(base::destination_realm, mandatory_flag, node.realm);
  out.avp(base::user_name, mandatory_flag, "other.example!user@example");
  auto& octets = out.octets();
  octets[0] = 1;
  octets[2] = static_cast<std::uint8_t>(octets.size() >> 8U);
  octets[3] = static_cast<std::uint8_t>(octets.size());
  return octets;
}

}  // namespace

void check_version() {
  const std::string_view version = fd_core_version;
  if (std::none_of(known_versions.begin(), known_versions.end(),
                   [&](std::string_view known) { return version.starts_with(known); }))
    fail("it was not tried with it");
}

void check_rewriting(const Node& node, const OwnAvp& own) {
  Node here = node;
  here.applications = {own.application};
  auto octets = with_decorated_nai(node, own);
  const auto finding = judge(octets, here);
  if (!finding || finding->rule != Rule::decorated_nai) return;  // it is left out
  if (!rewrite(octets, *finding, here, own)) fail("a refused request has no room for its answer");
  const core::OwnedMessage message = parsed(octets);
  if (!message) fail("it cannot read a request that the judge refused");
  const auto refusal = refusal_in(value_of(message.get(), own.vendor, own.code), own);
  if (!refusal || refusal->rule != Rule::decorated_nai) fail("what the judge found in a request gets lost");
}

}  // namespace vouchsafe::hardening
