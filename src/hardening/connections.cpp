#include "hardening/connections.hpp"

#include "core/handle.hpp"
#include "domain/text.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
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

}  // namespace

void keep_idle_peers() { core::check("fd_peer_validate_register", fd_peer_validate_register(on_new_peer)); }

int socket_of_this_thread() {
  constexpr std::string_view start = "Receiver (";
  const auto* const set = static_cast<const char*>(pthread_getspecific(fd_log_thname));
  const std::string_view name = set == nullptr ? std::string_view{} : std::string_view(set);
  int out = -1;
  if (name.starts_with(start)) std::from_chars(name.data() + start.size(), name.data() + name.size(), out);
  return out;
}

void send_without_delay(int socket) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  if (::getsockopt(socket, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0 || protocol != IPPROTO_TCP) return;
  const int on = 1;
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::uint64_t cookie_of(int socket) noexcept {
  std::uint64_t out = 0;
  socklen_t size = sizeof out;
  return ::getsockopt(socket, SOL_SOCKET, SO_COOKIE, &out, &size) == 0 ? out : 0;
}

int unread_octets(int socket) noexcept {
  int out = 0;
  return ::ioctl(socket, SIOCOUTQ, &out) == 0 ? out : 0;
}

void send_much(int socket) {
  constexpr int wanted = 1024 * 1024;
  (void)::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
}

bool may_be_written_to(std::string_view name) noexcept {
  if (pthread_rwlock_tryrdlock(&fd_g_peers_rw) != 0) return true;
  bool out = false;
  for (fd_list* at = fd_g_peers.next; at != &fd_g_peers && !out; at = at->next) {
    auto* const peer = static_cast<peer_hdr*>(at->o);
    if (!same_host({peer->info.pi_diamid, peer->info.pi_diamidlen}, name)) continue;
    switch (fd_peer_get_state(peer)) {
      case STATE_OPEN:
      case STATE_OPEN_NEW:
      case STATE_OPEN_HANDSHAKE:
      case STATE_REOPEN:
      case STATE_SUSPECT:
      case STATE_CLOSING_GRACE:
        out = true;
        break;
      default:
        break;
    }
  }
  (void)pthread_rwlock_unlock(&fd_g_peers_rw);
  return out;
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
