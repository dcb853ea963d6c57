#pragma once

#include "ports/committer.hpp"
#include "ports/log.hpp"
#include "store/database.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace vouchsafe::store {

/// Commits what has gathered in one transaction, so that the fsync is shared by all who wait for it. A change whose
/// subscription or registry has moved since it was read is prepared again inside the transaction, where nobody can come
/// first.
class SqlCommitter : public ports::Committer {
 public:
  struct Limits {
    std::size_t queue = 20000;  ///< works waiting; more are answered overloaded
    std::size_t batch = 512;    ///< works in one transaction
  };
  SqlCommitter(Database& database, ports::Log& log, Limits limits);
  /// Commits what is queued, then stops.
  ~SqlCommitter() override;
  SqlCommitter(const SqlCommitter&) = delete;
  SqlCommitter& operator=(const SqlCommitter&) = delete;

  void submit(std::unique_ptr<ports::Work> work) override;

 private:
  struct Item {
    std::unique_ptr<ports::Work> work;
    std::optional<ports::StateChange> change;
  };
  void run();
  void commit(std::vector<Item>& batch);
  Result<void> write(std::vector<Item>& batch);

  Database& database_;
  ports::Log& log_;
  Limits limits_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::store
