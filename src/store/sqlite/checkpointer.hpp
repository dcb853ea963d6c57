#pragma once

#include "store/sqlite/database.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace vouchsafe::store {

/// Copies the write-ahead log into the database file beside the committer, so that no commit waits for it.
class Checkpointer {
 public:
  explicit Checkpointer(Database& database) : database_(database), thread_([this] { run(); }) {}
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

 private:
  void run();
  void checkpoint();

  Database& database_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::store
