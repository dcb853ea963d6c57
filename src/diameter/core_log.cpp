#include "diameter/core_log.hpp"

#include "diameter/guarded.hpp"
#include "domain/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vouchsafe::diameter {
namespace {

constexpr std::size_t longest = 4096;  ///< octets of a line's text, before it is escaped

const char* name_of(int level) {
  switch (level) {
    case FD_LOG_ANNOYING:
      return "\tA   ";
    case FD_LOG_DEBUG:
      return "\tDBG   ";
    case FD_LOG_NOTICE:
      return "NOTI   ";
    case FD_LOG_ERROR:
      return "ERROR  ";
    case FD_LOG_FATAL:
      return "FATAL! ";
    default:
      return " ???   ";
  }
}

constexpr unsigned most_in_a_second = 50;  ///< lines of one kind: the core writes one for each message, where peers ask

/// How many lines of one kind were written in a second.
struct Written {
  std::time_t second = 0;
  unsigned lines = 0;
  unsigned long left_out = 0;
};

/// \param format stands for the kind; the HSS's own lines, which are limited by themselves, share one
/// \return nothing where the line is one too many; else how many were before it
std::optional<unsigned long> admitted(const char* format) {
  if (std::string_view(format) == "%s") return 0;
  static std::map<const char*, Written> kinds;  // under freeDiameter's log lock
  Written& kind = kinds[format];
  const std::time_t now = std::time(nullptr);
  unsigned long before = 0;
  if (kind.second != now) {
    before = kind.left_out;
    kind = {now, 0, 0};
  }
  if (++kind.lines > most_in_a_second) {
    ++kind.left_out;
    return std::nullopt;
  }
  return before;
}

/// What is done when the daemon is told to end.
struct Stopping {
  std::mutex mutex;
  std::function<void()> action;
};
Stopping& stopping() {
  static Stopping instance;
  return instance;
}

/// fd_core_shutdown says it before it does anything, and nothing else tells an extension before the threads are stopped
/// that the answers under way need.
constexpr std::string_view end_begins = "Initiating freeDiameter shutdown sequence";

/// Called, as any line, under freeDiameter's log lock: others must be able to write theirs meanwhile.
void act_on_end() noexcept {
  (void)pthread_mutex_unlock(&fd_log_lock);
  try {
    const std::lock_guard lock(stopping().mutex);
    const auto action = std::exchange(stopping().action, nullptr);  // a second signal finds it done
    if (action) action();
  } catch (const std::exception&) {  // then the end is freeDiameter's own
  }
  (void)pthread_mutex_lock(&fd_log_lock);
}

void put_line(int level, const char* format, va_list arguments) {
  std::array<char, longest> text{};
  if (std::vsnprintf(text.data(), text.size(), format, arguments) < 0) return;
  std::replace(text.begin(), text.end(), '\t', ' ');  // the core sets its columns with it
  try {
    std::array<char, 32> time{};
    const auto left_out = admitted(format);
    if (!left_out) return;
    std::string line = std::string(fd_log_time(nullptr, time.data(), time.size(), 0, 0)) + "  " + name_of(level) +
                       printable(text.data());
    if (*left_out > 0) line += " (" + std::to_string(*left_out) + " more of these in an earlier second)";
    (void)std::puts(line.c_str());
    (void)std::fflush(stdout);
  } catch (const std::exception&) {
    return;  // a log that fails must not end the daemon
  }
}

/// Called under freeDiameter's log lock, one line at a time.
void write_line(int level, const char* format, va_list arguments) noexcept {
  const CancellationOff off;
  if (level >= fd_g_debug_lvl) put_line(level, format, arguments);
  if (std::string_view(format).starts_with(end_begins)) act_on_end();
}

}  // namespace

CoreLog::CoreLog() : ours_(fd_log_handler_register(write_line) == 0) {}

void CoreLog::when_stopping(std::function<void()> action) {
  const std::lock_guard lock(stopping().mutex);
  stopping().action = std::move(action);
}

CoreLog::~CoreLog() {
  when_stopping(nullptr);
  if (!ours_) return;
  (void)pthread_mutex_lock(&fd_log_lock);
  (void)fd_log_handler_unregister();
  (void)pthread_mutex_unlock(&fd_log_lock);
}

}  // namespace vouchsafe::diameter
