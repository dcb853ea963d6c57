#include "telemetry/log_flusher.hpp"

#include <chrono>

namespace vouchsafe::telemetry {

LogFlusher::~LogFlusher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  log_.flush_all();
}

void LogFlusher::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::seconds{1}, [this] { return stopping_; })) {
    lock.unlock();
    log_.flush();
    lock.lock();
  }
}

}  // namespace vouchsafe::telemetry
