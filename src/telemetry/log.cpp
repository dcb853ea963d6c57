#include "telemetry/log.hpp"

#include "domain/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace vouchsafe::telemetry {
namespace {

constexpr std::int64_t idle = 60;  ///< seconds after which a peer's account may make room for another's

/// Starts a second anew. \return how many lines were left out before it
template <class Window>
unsigned long turn(Window& window, std::int64_t now) {
  if (window.second == now) return 0;
  const unsigned long suppressed = window.suppressed;
  window = {now, 0, 0};
  return suppressed;
}

}  // namespace

std::int64_t LineLog::steady_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

LineLog::Window& LineLog::window_of(Accounts& accounts, const std::string& peer, std::int64_t now) const {
  auto& peers = accounts.peers;
  if (const auto known = peers.find(peer); known != peers.end()) return known->second;
  // Looking through them all at every message would cost more than it helps.
  if (peers.size() >= limits_.peers && accounts.room_made != now) {
    accounts.room_made = now;
    std::erase_if(peers, [&](const auto& p) { return p.second.suppressed == 0 && p.second.second + idle < now; });
  }
  return peers[peers.size() < limits_.peers ? peer : std::string{}];
}

bool LineLog::admit(std::size_t row, const std::string& peer, unsigned long& suppressed) {
  const std::int64_t now = clock_();
  const std::lock_guard lock(mutex_);
  Accounts& accounts = accounts_[row];
  Window& window = window_of(accounts, peer, now);
  suppressed = turn(window, now);
  (void)turn(accounts.total, now);
  if (window.written >= limits_.per_peer || accounts.total.written >= limits_.per_message) {
    window.suppressed += suppressed + 1;
    return false;
  }
  ++window.written;
  ++accounts.total.written;
  return true;
}

void LineLog::put(ports::Message message, std::initializer_list<std::string_view> arguments) noexcept {
  try {
    const auto rows = message_rows();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const MessageRow& r) { return r.message == message; });
    if (row == rows.end()) return;
    unsigned long suppressed = 0;
    const std::string peer = lowered(escaped(peer_among(*row, arguments)));
    if (!admit(static_cast<std::size_t>(row - rows.begin()), peer, suppressed)) return;
    std::string line = filled(*row, arguments);
    if (suppressed > 0) line += fmt::format(" ({} more of these in an earlier second)", suppressed);
    sink_(row->level, line);
  } catch (const std::exception&) {
    return;  // a log that fails must not fail the request
  }
}

void LineLog::tell_suppressed(std::int64_t before) noexcept {
  try {
    std::vector<std::pair<Level, std::string>> lines;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [row, accounts] : accounts_) {
        for (auto& [peer, window] : accounts.peers) {
          if (window.second >= before || window.suppressed == 0) continue;
          const std::string about = peer.empty() ? "" : " about " + peer;
          lines.emplace_back(message_rows()[row].level,
                             start_of(message_rows()[row]) + fmt::format("{} more of these{} in an earlier second",
                                                                         std::exchange(window.suppressed, 0), about));
        }
      }
    }
    for (const auto& [level, line] : lines) sink_(level, line);
  } catch (const std::exception&) {
    return;
  }
}

void LineLog::flush() noexcept {
  try {
    tell_suppressed(clock_());
  } catch (const std::exception&) {
    return;
  }
}

void LineLog::flush_all() noexcept { tell_suppressed(std::numeric_limits<std::int64_t>::max()); }

}  // namespace vouchsafe::telemetry
