#include "telemetry/log.hpp"

#include "domain/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace vouchsafe::telemetry {
namespace {

constexpr auto rows = std::to_array<MessageRow>({
#define MESSAGE(number, level, enumerator, text, meaning, effect, action) \
  {ports::Message::enumerator, Level::level, text, meaning, effect, action},
#include "dict/messages.def"
#undef MESSAGE
});

constexpr std::string_view plain = "{}";
constexpr std::string_view peer_mark = "{peer}";
constexpr std::int64_t idle = 60;  ///< seconds after which a peer's account may make room for another's

std::string start_of(const MessageRow& row) { return fmt::format("VS-{:04} ", static_cast<unsigned>(row.message)); }

/// \return the argument that names the peer; empty: none
std::string_view peer_among(const MessageRow& row, std::initializer_list<std::string_view> arguments) {
  const auto* argument = arguments.begin();
  for (std::string_view rest = row.text; !rest.empty(); rest.remove_prefix(1)) {
    if (rest.starts_with(peer_mark)) return argument == arguments.end() ? std::string_view{} : *argument;
    if (rest.starts_with(plain) && argument != arguments.end()) ++argument;
  }
  return {};
}

/// A row's text, filled.
std::string filled(const MessageRow& row, std::initializer_list<std::string_view> arguments) {
  std::string out = start_of(row);
  const auto* argument = arguments.begin();
  for (std::string_view rest = row.text; !rest.empty();) {
    const bool names_peer = rest.starts_with(peer_mark);
    if ((names_peer || rest.starts_with(plain)) && argument != arguments.end()) {
      out += escaped(*argument++);
      rest.remove_prefix(names_peer ? peer_mark.size() : plain.size());
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  return out;
}

/// Starts a second anew. \return how many lines were left out before it
template <class Window>
unsigned long turn(Window& window, std::int64_t now) {
  if (window.second == now) return 0;
  const unsigned long suppressed = window.suppressed;
  window = {now, 0, 0};
  return suppressed;
}

}  // namespace

std::span<const MessageRow> message_rows() { return rows; }

std::int64_t Log::steady_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Log::Window& Log::window_of(Accounts& accounts, const std::string& peer, std::int64_t now) const {
  auto& peers = accounts.peers;
  if (const auto known = peers.find(peer); known != peers.end()) return known->second;
  // Looking through them all at every message would cost more than it helps.
  if (peers.size() >= limits_.peers && accounts.room_made != now) {
    accounts.room_made = now;
    std::erase_if(peers, [&](const auto& p) { return p.second.suppressed == 0 && p.second.second + idle < now; });
  }
  return peers[peers.size() < limits_.peers ? peer : std::string{}];
}

bool Log::admit(std::size_t row, const std::string& peer, unsigned long& suppressed) {
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

void Log::write(ports::Message message, std::initializer_list<std::string_view> arguments) noexcept {
  try {
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

void Log::tell_suppressed(std::int64_t before) noexcept {
  try {
    std::vector<std::pair<Level, std::string>> lines;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [row, accounts] : accounts_) {
        for (auto& [peer, window] : accounts.peers) {
          if (window.second >= before || window.suppressed == 0) continue;
          const std::string about = peer.empty() ? "" : " about " + peer;
          lines.emplace_back(rows.at(row).level,
                             start_of(rows.at(row)) + fmt::format("{} more of these{} in an earlier second",
                                                                  std::exchange(window.suppressed, 0), about));
        }
      }
    }
    for (const auto& [level, line] : lines) sink_(level, line);
  } catch (const std::exception&) {
    return;
  }
}

void Log::flush() noexcept {
  try {
    tell_suppressed(clock_());
  } catch (const std::exception&) {
    return;
  }
}

void Log::flush_all() noexcept { tell_suppressed(std::numeric_limits<std::int64_t>::max()); }

}  // namespace vouchsafe::telemetry
