#include "diameter/core_log.hpp"

#include "diameter/guarded.hpp"
#include "domain/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>

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

/// Called under freeDiameter's log lock, one line at a time.
void write_line(int level, const char* format, va_list arguments) noexcept {
  if (level < fd_g_debug_lvl) return;
  const CancellationOff off;
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

}  // namespace

CoreLog::CoreLog() : ours_(fd_log_handler_register(write_line) == 0) {}

CoreLog::~CoreLog() {
  if (!ours_) return;
  (void)pthread_mutex_lock(&fd_log_lock);
  (void)fd_log_handler_unregister();
  (void)pthread_mutex_unlock(&fd_log_lock);
}

}  // namespace vouchsafe::diameter
