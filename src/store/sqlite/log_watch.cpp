#include "store/sqlite/log_watch.hpp"

#include <sys/stat.h>

namespace vouchsafe::store {
namespace {

// https://www.sqlite.org/fileformat.html#the_write_ahead_log
constexpr std::uint64_t header = 32;
constexpr std::uint64_t frame_header = 24;

}  // namespace

void LogWatch::committed(std::uint64_t frames, std::uint64_t page) {
  const std::lock_guard lock(mutex_);
  octets_ = frames == 0 ? 0 : header + frames * (frame_header + page);
  if (known_) return;
  known_ = true;
  struct stat info {};
  const bool there = ::stat(path_.c_str(), &info) == 0;  // where it is not, it was taken away already
  device_ = there ? info.st_dev : 0;
  inode_ = there ? info.st_ino : 0;
}

void LogWatch::forget() {
  const std::lock_guard lock(mutex_);
  known_ = false;
  octets_ = 0;
}

LogWatch::Found LogWatch::look() const {
  const std::lock_guard lock(mutex_);
  if (!known_) return Found::sound;
  struct stat info {};
  const bool there = ::stat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_;
  if (!there) return Found::gone;
  return static_cast<std::uint64_t>(info.st_size) < octets_ ? Found::cut : Found::sound;
}

}  // namespace vouchsafe::store
