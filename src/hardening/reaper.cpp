#include "hardening/reaper.hpp"

#include "hardening/connections.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

namespace vouchsafe::hardening {
namespace {

constexpr int longest_waits = 5;  ///< times as long for who sends something that is no message yet

template <class Value>
std::optional<Value> option(int socket, int level, int name) {
  Value out{};
  socklen_t size = sizeof out;
  if (::getsockopt(socket, level, name, &out, &size) != 0) return std::nullopt;
  return out;
}

/// \return 0 for what is no socket of IP
std::uint16_t local_port(int socket) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0) return 0;
  if (at.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(at).sin_port);
  return at.ss_family == AF_INET6 ? ntohs(reinterpret_cast<const sockaddr_in6&>(at).sin6_port) : std::uint16_t{0};
}

std::vector<int> open_descriptors() {
  std::vector<int> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const std::string name = entry.path().filename().string();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (number >= 0) out.push_back(number);
  }
  return out;
}

}  // namespace

Reaper::Reaper(std::vector<std::uint16_t> ports, std::chrono::milliseconds patience)
    : ports_(std::move(ports)), patience_(patience), thread_([this] { run(); }) {}

Reaper::~Reaper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Reaper::is_waited_for(int socket) const {
  const std::uint16_t port = local_port(socket);
  if (port == 0 || std::find(ports_.begin(), ports_.end(), port) == ports_.end()) return false;
  return option<int>(socket, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP &&
         option<int>(socket, SOL_SOCKET, SO_ACCEPTCONN) == 0 && option<int>(socket, IPPROTO_TCP, TCP_NODELAY) == 0;
}

void Reaper::look(Clock::time_point now) {
  std::map<std::uint64_t, Clock::time_point> still;
  for (const int socket : open_descriptors()) {
    if (!is_waited_for(socket)) continue;
    const std::uint64_t cookie = cookie_of(socket);
    const auto info = option<tcp_info>(socket, IPPROTO_TCP, TCP_INFO);
    if (cookie == 0 || !info) continue;
    const auto known = silent_.find(cookie);
    const auto since = known == silent_.end() ? now : known->second;
    still.emplace(cookie, since);
    int unread = 0;  // a message may be there, and the core have no thread yet that reads it
    const bool waits = ::ioctl(socket, FIONREAD, &unread) == 0 && unread > 0;
    const bool quiet = !waits && std::chrono::milliseconds{info->tcpi_last_data_recv} >= patience_;
    if (now - since < (quiet ? patience_ : longest_waits * patience_)) continue;
    if (cookie_of(socket) == cookie) (void)::shutdown(socket, SHUT_RDWR);
  }
  silent_ = std::move(still);
}

void Reaper::run() {
  const auto interval = std::max(patience_ / 4, std::chrono::milliseconds{50});
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, interval);
    if (stopping_) return;
    try {
      look(Clock::now());
    } catch (const std::exception&) {
      continue;  // no memory, or no /proc: another time
    }
  }
}

}  // namespace vouchsafe::hardening
