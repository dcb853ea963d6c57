#pragma once

#include "ports/committer.hpp"
#include "ports/log.hpp"
#include "store/sqlite/database.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace vouchsafe::store {

/// Commits what has gathered in one transaction, so that the fsync is shared by all who wait for it. A work whose
/// writes cannot be applied fails alone: the others are written without it. One that waited longer than the store's
/// deadline is answered then, and not executed afterwards. Procedures run inside it, on the connection of the only
/// writer: its cache stays warm, while a reader's is dropped at each commit of somebody else, and nothing has to be
/// decided twice.
class SqlCommitter : public ports::Committer {
 public:
  struct Limits {
    std::size_t queue = 20000;  ///< works waiting; more are answered overloaded
    std::size_t batch = 512;    ///< works in one transaction
  };
  SqlCommitter(Database& database, ports::Log& log, Limits limits);
  ~SqlCommitter() override;
  SqlCommitter(const SqlCommitter&) = delete;
  SqlCommitter& operator=(const SqlCommitter&) = delete;

  void submit(std::unique_ptr<ports::Work> work) override;
  /// Works in the queue.
  [[nodiscard]] std::size_t waiting() const;
  /// Commits and finishes what is queued. What is submitted from then on is overloaded.
  void stop();

 private:
  struct Entry {
    std::unique_ptr<ports::Work> work;
    std::chrono::steady_clock::time_point late;  ///< from then on nobody waits for it
    std::optional<Error> failure{};              ///< of this work alone
  };
  using Batch = std::vector<Entry>;
  /// A batch whose fate is known, on its way to being answered while the next one is written.
  struct Done {
    Batch batch;
    Result<void> outcome;
  };
  void run();
  void run_finisher();
  void commit(Batch batch);
  void finish_late();
  void take_late(Batch& batch, const Result<void>& outcome);
  Result<void> write(Batch& batch);
  Result<void> try_to_write(Batch& batch, std::chrono::steady_clock::time_point deadline, bool& again);
  bool write_at_once(Connection& connection, Batch& batch);
  void write_one_by_one(Connection& connection, Batch& batch);
  ports::Writes prepare(Entry& entry, const ports::SubscriberReader& reader);
  void blame(Entry& entry, const std::exception& thrown);

  Database& database_;
  ports::Log& log_;
  Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> queue_;
  bool stopping_ = false;
  std::mutex done_mutex_;
  std::condition_variable done_wake_;
  std::deque<Done> done_;
  bool committed_all_ = false;
  std::thread finisher_;
  std::thread thread_;
};

}  // namespace vouchsafe::store
