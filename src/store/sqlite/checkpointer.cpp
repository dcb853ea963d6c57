#include "store/sqlite/checkpointer.hpp"

#include "store/sqlite/connection.hpp"

#include <sys/stat.h>

namespace vouchsafe::store {
namespace {

constexpr auto interval = std::chrono::milliseconds{500};
constexpr off_t worth_it =
    16 * 1024 * 1024;  ///< octets of log; below it a checkpoint would copy the same pages again soon

off_t log_size(const std::string& database) {
  struct stat info {};
  return ::stat((database + "-wal").c_str(), &info) == 0 ? info.st_size : 0;
}

}  // namespace

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
    lock.unlock();
    if (log_size(database_.options().path) >= worth_it) checkpoint();
    lock.lock();
  }
}

void Checkpointer::checkpoint() {
  auto lease = database_.lease();
  if (!lease) return;
  try {
    (void)(*lease)->checkpoint();
  } catch (const std::exception&) {
    (*lease)->broken = true;  // the committer meets the same trouble and tells of it
  }
}

}  // namespace vouchsafe::store
