#include "diameter/core_hooks.hpp"

#include "diameter/guarded.hpp"
#include "diameter/handle.hpp"
#include "diameter/read.hpp"

#include <array>
#include <optional>
#include <string>

namespace vouchsafe::diameter {
namespace {

/// A hook with a callback has no default behaviour, and that is all that is wanted of this one.
void nothing(enum fd_hook_type, msg*, peer_hdr*, void*, fd_hook_permsgdata*, void*) noexcept {}

/// Whom the message is from or to, as well as it can be told.
std::string peer_of(enum fd_hook_type type, msg* message, const msg_hdr& header, const peer_hdr* peer) {
  if (peer != nullptr && peer->info.pi_diamid != nullptr) return peer->info.pi_diamid;
  if (message == nullptr) return "unknown";
  if (std::string source = source_of(message); !source.empty()) return source;
  if ((header.msg_flags & CMD_FLAG_REQUEST) != 0) {
    // One of the HSS's own. What cannot be parsed is somebody else's, and names whom it likes.
    if (type == HOOK_MESSAGE_PARSING_ERROR) return "unknown";
    return std::string(base_text(message, Avp::destination_host));
  }
  msg* request = nullptr;
  if (fd_msg_answ_getq(message, &request) != 0 || request == nullptr) return "unknown";
  return source_of(request);
}

/// The command's name in the dictionary, or its number.
std::string command_of(const msg_hdr& header) {
  const bool request = (header.msg_flags & CMD_FLAG_REQUEST) != 0;
  command_code_t code = header.msg_code;
  dict_object* command = nullptr;
  dict_cmd_data data{};
  if (fd_dict_search(fd_g_config->cnf_dict, DICT_COMMAND, request ? CMD_BY_CODE_R : CMD_BY_CODE_A, &code, &command,
                     0) == 0 &&
      command != nullptr && fd_dict_getval(command, &data) == 0)
    return data.cmd_name;
  return "command " + std::to_string(code) + (request ? " (request)" : " (answer)");
}

/// A request of the HSS's own that finds no way: whoever sent it hears of it, and tells of the host once.
bool is_own_request(msg* message) {
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  return (header->msg_flags & CMD_FLAG_REQUEST) != 0 && source_of(message).empty();
}

const char* or_else(const void* text, const char* otherwise) {
  return text == nullptr ? otherwise : static_cast<const char*>(text);
}

ports::Event message_lost(enum fd_hook_type type, msg* message, const peer_hdr* peer, const void* other) {
  if (message == nullptr && type != HOOK_MESSAGE_PARSING_ERROR)  // a request that could not be sent is kept elsewhere
    return ports::MessageLost{"a message", peer_of(type, nullptr, {}, peer), or_else(other, "no reason is given")};
  if (message == nullptr) {
    const auto* data = static_cast<const fd_cnx_rcvdata*>(other);
    return ports::MessageLost{"a message of " + std::to_string(data->length) + " octets",
                              peer_of(type, nullptr, {}, peer), "it cannot be parsed"};
  }
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  return ports::MessageLost{command_of(*header), peer_of(type, message, *header, peer),
                            or_else(other, "no reason is given")};
}

ports::Event connected(msg* message, peer_hdr* peer) {
  // The answer that is ours says nothing about the peer; its question does.
  msg* capabilities = message;
  if (source_of(message).empty()) (void)fd_msg_answ_getq(message, &capabilities);
  std::array<char, 64> way{};
  if (peer == nullptr || fd_peer_cnx_proto_info(peer, way.data(), way.size()) != 0) way.front() = '-';
  return ports::PeerConnected{
      peer == nullptr ? "unknown" : peer->info.pi_diamid, way.data(),
      std::string(capabilities == nullptr ? std::string_view{} : base_text(capabilities, Avp::product_name))};
}

bool was_open(const peer_hdr* peer) {
  const int state = fd_peer_get_state(const_cast<peer_hdr*>(peer));
  return state == STATE_OPEN || state == STATE_OPEN_HANDSHAKE || state == STATE_OPEN_NEW || state == STATE_REOPEN ||
         state == STATE_SUSPECT;
}

/// \return PeerLost or PeerRefused; nothing for an attempt of the HSS's own that found nobody
std::optional<ports::Event> not_connected(msg* message, const peer_hdr* peer, const void* other) {
  if (message == nullptr) {
    if (peer == nullptr || !was_open(peer)) return std::nullopt;
    return ports::PeerLost{peer->info.pi_diamid, or_else(other, "")};
  }
  msg* capabilities = message;  // where the core has made its answer of them, what the peer asked
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) (void)fd_msg_answ_getq(message, &capabilities);
  const std::string_view name = peer != nullptr           ? std::string_view(peer->info.pi_diamid)
                                : capabilities == nullptr ? std::string_view("unknown")
                                                          : base_text(capabilities, Avp::origin_host);
  return ports::PeerRefused{std::string(name), or_else(other, "")};
}

/// What a hook tells of, where it is news.
std::optional<ports::Event> event_of(enum fd_hook_type type, msg* message, peer_hdr* peer, const void* other) {
  switch (type) {
    case HOOK_PEER_CONNECT_SUCCESS:
      return connected(message, peer);
    case HOOK_PEER_CONNECT_FAILED:
      return not_connected(message, peer, other);
    case HOOK_MESSAGE_PARSING_ERROR2:  // the answer to a request that HOOK_MESSAGE_PARSING_ERROR told of
      return std::nullopt;
    case HOOK_MESSAGE_ROUTING_ERROR:
      if (is_own_request(message)) return std::nullopt;
      [[fallthrough]];
    default:
      return message_lost(type, message, peer, other);
  }
}

void on_hook(enum fd_hook_type type, msg* message, peer_hdr* peer, void* other, fd_hook_permsgdata*,
             void* self) noexcept {
  const CancellationOff off;
  const auto& hooks = *static_cast<const CoreHooks*>(self);
  try {
    if (const auto event = event_of(type, message, peer, other)) hooks.events().publish(*event);
  } catch (const std::exception& e) {
    hooks.log().write(ports::message::escaped_exception{.where = "a hook", .what = e.what()});
  }
}

}  // namespace

void CoreHooks::start() {
  const std::uint32_t told =
      HOOK_MASK(HOOK_MESSAGE_PARSING_ERROR, HOOK_MESSAGE_PARSING_ERROR2, HOOK_MESSAGE_ROUTING_ERROR,
                HOOK_MESSAGE_DROPPED, HOOK_PEER_CONNECT_SUCCESS, HOOK_PEER_CONNECT_FAILED);
  check("fd_hook_register", fd_hook_register(told, on_hook, this, nullptr, &told_));
  if (fd_g_debug_lvl <= FD_LOG_DEBUG) return;
  check("fd_hook_register",
        fd_hook_register(HOOK_MASK(HOOK_MESSAGE_RECEIVED, HOOK_MESSAGE_LOCAL, HOOK_MESSAGE_SENDING, HOOK_MESSAGE_SENT,
                                   HOOK_MESSAGE_FAILOVER, HOOK_MESSAGE_ROUTING_FORWARD, HOOK_MESSAGE_ROUTING_LOCAL),
                         nothing, nullptr, nullptr, &quiet_));
}

CoreHooks::~CoreHooks() {
  if (told_ != nullptr) (void)fd_hook_unregister(told_);
  if (quiet_ != nullptr) (void)fd_hook_unregister(quiet_);
}

}  // namespace vouchsafe::diameter
