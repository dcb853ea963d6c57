#include "hardening/connections.hpp"

#include "core/handle.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <string_view>
#include <thread>

namespace vouchsafe::hardening {
namespace {

int on_new_peer(peer_info* peer, int* decision, int (**)(peer_info*)) noexcept {
  peer->config.pic_flags.exp = PI_EXP_NONE;
  *decision = 0;
  return 0;
}

/// In any other state the core drops the answers, and counts them as owed for ever.
bool is_written_to(peer_hdr& peer) {
  const int state = fd_peer_get_state(&peer);
  return state == STATE_OPEN || state == STATE_CLOSING_GRACE;
}

/// The core names a receiving thread after its socket. \return -1 where this is none
int socket_of_this_thread() {
  constexpr std::string_view start = "Receiver (";
  const auto* const set = static_cast<const char*>(pthread_getspecific(fd_log_thname));
  const std::string_view name = set == nullptr ? std::string_view{} : std::string_view(set);
  int out = -1;
  if (name.starts_with(start)) std::from_chars(name.data() + start.size(), name.data() + name.size(), out);
  return out;
}

}  // namespace

void keep_idle_peers() { core::check("fd_peer_validate_register", fd_peer_validate_register(on_new_peer)); }

void send_without_delay() {
  static thread_local bool done = false;
  if (done) return;
  done = true;
  const int socket = socket_of_this_thread();
  int protocol = 0;
  socklen_t size = sizeof protocol;
  if (socket < 0 || ::getsockopt(socket, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0 || protocol != IPPROTO_TCP)
    return;
  const int on = 1;
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void await_answers(peer_hdr& peer, std::chrono::milliseconds longest) noexcept {
  const auto end = std::chrono::steady_clock::now() + longest;
  constexpr std::chrono::milliseconds interval{2};
  long to_receive = 0;
  long to_send = 0;
  while (fd_peer_get_load_pending(&peer, &to_receive, &to_send) == 0 && to_send > 0 && is_written_to(peer) &&
         std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(interval);
}

}  // namespace vouchsafe::hardening
