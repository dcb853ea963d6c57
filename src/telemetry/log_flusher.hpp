#pragma once

#include "telemetry/log.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace vouchsafe::telemetry {

/// Lets the log tell about once a second what it left out, also when nothing more is to be written. Ends before the
/// log.
class LogFlusher {
 public:
  explicit LogFlusher(LineLog& log) : log_(log), thread_([this] { run(); }) {}
  ~LogFlusher();
  LogFlusher(const LogFlusher&) = delete;
  LogFlusher& operator=(const LogFlusher&) = delete;

 private:
  void run();

  LineLog& log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::telemetry
