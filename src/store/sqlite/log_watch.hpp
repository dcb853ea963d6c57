#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>
#include <string>

namespace vouchsafe::store {

/// The write-ahead log of a database, seen from outside: what is committed is in it before it is in the database file,
/// so it must stay where it is and as long as SQLite believes it to be. Safe from many threads at once.
///
/// Nothing here opens a file of the database: to close it again would take SQLite's locks away (POSIX).
class LogWatch {
 public:
  /// \param database path of the database file
  explicit LogWatch(const std::string& database) : path_(database + "-wal") {}

  /// A commit of this process: so many frames are in the log now, of pages of so many octets.
  void committed(std::uint64_t frames, std::uint64_t page);
  /// Another log is begun, with the next commit.
  void forget();

  enum class Found : std::uint8_t {
    sound,
    gone,  ///< it was taken away, or another one is in its place
    cut,   ///< it is shorter than what is known to be in it; a checkpoint of somebody else's may have emptied it
  };
  [[nodiscard]] Found look() const;

 private:
  const std::string path_;
  mutable std::mutex mutex_;
  bool known_ = false;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::uint64_t octets_ = 0;  ///< that must be there
};

}  // namespace vouchsafe::store
