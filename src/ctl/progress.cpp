#include "ctl/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace vouchsafe::ctl {

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now()) {}

void Progress::advance(std::size_t by) {
  done_ += by;
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now < next_) return;
  next_ = now + std::chrono::milliseconds{100};
  constexpr std::size_t width = 40;
  if (total_ == 0) {
    std::cerr << fmt::format("\r{} {} ", what_, done_) << std::flush;
    return;
  }
  const std::size_t full = std::min(width, done_ * width / total_);
  std::cerr << fmt::format("\r{} [{:<{}}] {:3}% ", what_, std::string(full, '#'), width,
                           std::min<std::size_t>(100, done_ * 100 / total_))
            << std::flush;
}

void Progress::end() {
  if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace vouchsafe::ctl
