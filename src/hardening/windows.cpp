#include "hardening/windows.hpp"

#include "hardening/base_avps.hpp"
#include "hardening/connections.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <thread>

namespace vouchsafe::hardening {
namespace {

constexpr std::chrono::microseconds interval{200};
// Messages after which is asked what is not free of cost: the kernel, and freeDiameter's own queue, whose lock others
// want. What so few bring finds room.
constexpr unsigned every_few = 4;
constexpr unsigned every = 16;

std::string in_lower_case(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// Whose message of a capabilities exchange this is. \return empty: it is none
std::string introduced_by(Octets message) {
  if (message.size() < header_size || header_of(message).command != capabilities_exchange) return {};
  AvpWalk walk(message, {header_size, message.size() - header_size});
  while (const auto avp = walk.next()) {
    if (avp->code == base::origin_host && avp->is_base())
      return in_lower_case({reinterpret_cast<const char*>(message.data()) + avp->data.at, avp->data.length});
  }
  return {};
}

std::uint32_t queued(peer_hdr* peer) {
  int out = 0;
  const int rc = fd_stat_getstats(STAT_P_PSM, peer, &out, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  return rc == 0 && out > 0 ? static_cast<std::uint32_t>(out) : 0;
}

/// Whether a peer is one that is connected: the others have no queue, or nobody who asks.
bool is_open(peer_hdr* peer) { return fd_peer_get_state(peer) == STATE_OPEN; }

/// The sum of what waits to be parsed of the peers that are meant. freeDiameter frees a peer that has left, so each is
/// looked at under its lock; where that is held, by a thread that may be waiting for this one, nothing is known.
template <class Meant>
std::uint32_t queued_of(Meant meant) {
  std::uint32_t out = 0;
  if (pthread_rwlock_tryrdlock(&fd_g_peers_rw) != 0) return out;
  for (fd_list* at = fd_g_peers.next; at != &fd_g_peers; at = at->next) {
    auto* const peer = static_cast<peer_hdr*>(at->o);
    if (meant(*peer) && is_open(peer)) out += queued(peer);
  }
  (void)pthread_rwlock_unlock(&fd_g_peers_rw);
  return out;
}

}  // namespace

Windows::Connection& Windows::connection() {
  static thread_local Connection out;
  return out;
}

std::string_view Windows::peer_here() {
  const Connection& at = connection();
  const bool is_introduced = at.is_known || at.count > 1;
  return is_introduced ? std::string_view(at.name) : std::string_view{};
}

Window* Windows::begun(peer_hdr& peer) {
  static thread_local Window* own = nullptr;  // a peer has a thread, and a thread one peer
  static thread_local const peer_hdr* owner = nullptr;
  if (own == nullptr || owner != &peer) {
    const std::string name = in_lower_case({peer.info.pi_diamid, peer.info.pi_diamidlen});
    const std::lock_guard lock(mutex_);
    auto& found = windows_[name];
    if (!found) found = std::make_unique<Window>(name);
    own = found.get();
    owner = &peer;
  }
  own->alive.fetch_add(1, std::memory_order_relaxed);
  own->begun.fetch_add(1, std::memory_order_release);
  return own;
}

void Windows::introduce(Connection& at, Octets message, int socket) {
  at.cookie = cookie_of(socket);
  at.name = introduced_by(message);
  const std::lock_guard lock(mutex_);
  if (const auto known = connections_.find(at.cookie); known != connections_.end()) {
    // Another exchange over the same connection names whom it likes: the first is the one that was answered.
    if (!known->second.name.empty()) at.name = known->second.name;
    at.is_known = true;
    known->second = {socket, at.name};
    if (const auto found = windows_.find(at.name); found != windows_.end()) at.before = found->second->begun;
    return;
  }
  if (connections_.size() >= look_through_at_) {
    std::erase_if(connections_, [](const auto& one) { return cookie_of(one.second.socket) != one.first; });
    look_through_at_ = std::max<std::size_t>(64, 2 * connections_.size());
  }
  connections_.emplace(at.cookie, Connected{socket, at.name});
  if (const auto found = windows_.find(at.name); found != windows_.end()) at.before = found->second->begun;
}

void Windows::find_window(Connection& at) {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(at.name);
  at.window = found == windows_.end() ? nullptr : found->second.get();
}

/// Whether all that was let on before this message has been parsed: but for what freeDiameter drops before.
bool Windows::is_parsed(const Connection& at) {
  const std::uint32_t let_on = at.count - (at.is_known ? 1 : 2);  // one of them was the capabilities exchange
  return at.window == nullptr ? let_on == 0 : at.window->begun.load(std::memory_order_acquire) - at.before >= let_on;
}

void Windows::await_answers_here(std::chrono::milliseconds longest) {
  constexpr std::chrono::milliseconds quiet{100};
  Connection& at = connection();
  const auto end = Clock::now() + longest;
  auto idle_since = Clock::now();
  while (Clock::now() < end) {
    if (at.window == nullptr) find_window(at);
    const bool parsed = is_parsed(at);  // first, as each counts as alive before it does as begun
    if (at.window != nullptr && at.window->alive.load(std::memory_order_relaxed) > 0)
      idle_since = Clock::now();
    else if (parsed || Clock::now() - idle_since > quiet)
      return;
    std::this_thread::sleep_for(interval);
  }
}

bool Windows::must_wait(Connection& at, int socket) const {
  if (draining_.load(std::memory_order_relaxed)) return true;
  if (at.count % every_few == 0) {
    if (unread_octets(socket) > most_unread) return true;
    at.unread = 0;
  }
  if (at.window == nullptr) return false;
  const std::uint32_t alive = at.window->alive.load(std::memory_order_relaxed);
  return alive >= most_ || (at.count % every == 0 &&
                            alive + queued_of([&](const peer_hdr& peer) {
                              return in_lower_case({peer.info.pi_diamid, peer.info.pi_diamidlen}) == at.window->name;
                            }) >=
                                most_);
}

bool Windows::reads_nothing(Connection& at, int socket) const {
  const int unread = unread_octets(socket);
  const auto now = Clock::now();
  if (at.unread <= most_unread || unread < at.unread) at.read = now;
  at.unread = unread;
  return unread > most_unread && now - at.read > patience_;
}

std::string Windows::admit(Octets message, int socket) {
  Connection& at = connection();
  if (at.count++ == 0) {
    introduce(at, message, socket);
    send_much(socket);
  }
  if (at.window == nullptr && at.count % every == 2) find_window(at);
  if (!must_wait(at, socket)) return {};
  const auto end = Clock::now() + longest_wait;
  do std::this_thread::sleep_for(interval);
  while (must_wait(at, socket) && (Clock::now() < end || draining_.load(std::memory_order_relaxed)));
  if (!reads_nothing(at, socket)) return {};
  (void)::shutdown(socket, SHUT_RDWR);
  return at.name.empty() ? "unknown" : at.name;
}

bool Windows::is_idle() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, window] : windows_)
      if (window->alive.load(std::memory_order_relaxed) > 0) return false;
  }
  return queued_of([](const peer_hdr&) { return true; }) == 0;
}

bool Windows::drain(std::chrono::milliseconds longest) {
  const auto end = Clock::now() + longest;
  draining_ = true;
  int idle = 0;  // a message is in neither count for a moment, between the two threads
  while (idle < 3 && Clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
    idle = is_idle() ? idle + 1 : 0;
  }
  draining_ = false;
  return idle == 3;
}

void Windows::end_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [cookie, at] : connections_) {
    if (cookie_of(at.socket) == cookie) (void)::shutdown(at.socket, SHUT_RDWR);
  }
}

}  // namespace vouchsafe::hardening
