#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace vouchsafe::ctl {

/// A progress bar on standard error, where that is a terminal; silent elsewhere.
class Progress {
 public:
  /// \param total what advance() adds up to; 0 where nobody knows
  Progress(std::string what, std::size_t total);
  void advance(std::size_t by);
  void end();

 private:
  std::string what_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool terminal_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace vouchsafe::ctl
