#include "core.hpp"

#include "fuzz.hpp"
#include "hardening/core_dictionary.hpp"
#include "hardening/judge.hpp"
#include "hardening/refusal.hpp"
#include "support/fd_library.hpp"

#include <algorithm>
#include <utility>
#include <vector>

extern "C" int fd_msg_parse_or_error(msg** message, msg** error);

namespace vouchsafe::fuzz {
namespace {

using diameter::OwnedMessage;
using testing::cx_id;
using testing::sh_id;

constexpr hardening::OwnAvp own{32473, 1099, cx_id, 0x12345678};

/// The daemon's own hooks write what the core would log (diameter/core_hooks.hpp): here nothing is written.
void nothing(enum fd_hook_type, msg*, peer_hdr*, void*, fd_hook_permsgdata*, void*) noexcept {}
void no_line(int, const char*, va_list) noexcept {}

hardening::Node started() {
  (void)testing::dictionary();
  fd_hook_hdl* hook = nullptr;
  diameter::check("fd_hook_register",
                  fd_hook_register(HOOK_MASK(HOOK_MESSAGE_PARSING_ERROR, HOOK_MESSAGE_PARSING_ERROR2,
                                             HOOK_MESSAGE_DROPPED, HOOK_MESSAGE_RECEIVED),
                                   nothing, nullptr, nullptr, &hook));
  diameter::check("fd_log_handler_register", fd_log_handler_register(no_line));
  return {"hss.ims.example", "ims.example", {cx_id, sh_id}, hardening::avps_of(fd_g_config->cnf_dict), {}};
}

const hardening::Node& node() {
  static const hardening::Node instance = started();
  return instance;
}

OwnedMessage parsed(hardening::Octets octets) {
  auto* buffer = static_cast<std::uint8_t*>(std::malloc(octets.size()));  // freeDiameter frees it
  std::copy(octets.begin(), octets.end(), buffer);
  msg* out = nullptr;
  const int rc = fd_msg_parse_buffer(&buffer, octets.size(), &out);
  holds(rc == 0, "the core can read what the guard lets on");
  return OwnedMessage(out);
}

void can_be_sent(const OwnedMessage& answer, const hardening::Header& asked) {
  const auto out = testing::sent(answer);
  holds(!out.is_request() && out.hop_by_hop == asked.hop_by_hop && out.end_to_end == asked.end_to_end,
        "an answer is the request's");
  holds(out.result() != 0, "an answer says how it came out");
}

/// A request that the guard refuses is the guard's command from now on, and its answer is made of what that holds.
void refuse(std::vector<std::uint8_t>& octets, const hardening::Finding& finding) {
  const auto asked = hardening::header_of(octets);
  const bool heard = hardening::rewrite(octets, finding, node(), own);
  const std::size_t rest = octets.size() - hardening::header_size;
  if (rest > 0 && rest < 8) return;
  const auto inside = parsed(octets);
  if (!heard || !asked.is_request()) return;
  const auto value = client::decode(std::string(octets.begin(), octets.end()))->find(own.code, own.vendor)->data;
  const std::vector<std::uint8_t> marked(value.begin(), value.end());
  const auto refusal = hardening::refusal_in(marked, own);
  holds(refusal.has_value(), "a refusal can be read");
  can_be_sent(parsed(hardening::answer_to(*refusal, asked.hop_by_hop, asked.end_to_end, node())), asked);
}

void dispatch(const std::vector<std::uint8_t>& octets, const Handler& handler) {
  const auto asked = hardening::header_of(octets);
  msg* message = parsed(octets).release();
  msg* error = nullptr;
  const int rc = fd_msg_parse_or_error(&message, &error);
  OwnedMessage query(message);
  const OwnedMessage refusal(error);
  if (!asked.is_request()) return;
  if (refusal) return can_be_sent(refusal, asked);
  if (rc != 0) return;
  if (const auto answer = handler(std::move(query), asked.command)) can_be_sent(answer, asked);
}

}  // namespace

void receive(const std::uint8_t* data, std::size_t size, const Handler& handler) {
  if (size < hardening::header_size) return;
  std::vector<std::uint8_t> octets(data, data + size);
  octets[0] = 1;
  for (std::size_t i = 0; i < 3; ++i) octets[1 + i] = static_cast<std::uint8_t>(octets.size() >> (8 * (2 - i)));
  if (const auto finding = hardening::judge(octets, node())) return refuse(octets, *finding);
  if (!hardening::header_of(octets).is_request()) return;  // an answer is read with what it answers
  dispatch(octets, handler);
}

}  // namespace vouchsafe::fuzz
