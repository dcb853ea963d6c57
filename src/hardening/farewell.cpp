#include "hardening/farewell.hpp"

namespace vouchsafe::hardening {

Farewell::~Farewell() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Farewell::begin() {
  (void)windows_.drain(patience_);
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable() && !over_) thread_ = std::thread([this] { run(); });
}

void Farewell::run() {
  std::unique_lock lock(mutex_);
  if (!wake_.wait_for(lock, patience_, [this] { return over_; })) windows_.end_all();
}

}  // namespace vouchsafe::hardening
