#include "diameter/core_log.hpp"

#include "diameter/guarded.hpp"
#include "domain/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <string>

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

/// Called under freeDiameter's log lock, one line at a time.
void write_line(int level, const char* format, va_list arguments) noexcept {
  if (level < fd_g_debug_lvl) return;
  const CancellationOff off;
  std::array<char, longest> text{};
  if (std::vsnprintf(text.data(), text.size(), format, arguments) < 0) return;
  std::replace(text.begin(), text.end(), '\t', ' ');  // the core sets its columns with it
  try {
    std::array<char, 32> time{};
    const std::string line = std::string(fd_log_time(nullptr, time.data(), time.size(), 0, 0)) + "  " + name_of(level) +
                             printable(text.data());
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
