#include "hardening/trimmer.hpp"

#include <malloc.h>

namespace vouchsafe::hardening {

Trimmer::~Trimmer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Trimmer::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval_, [this] { return stopping_; })) (void)::malloc_trim(0);
}

}  // namespace vouchsafe::hardening
