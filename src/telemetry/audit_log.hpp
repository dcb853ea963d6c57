#pragma once

#include "ports/events.hpp"
#include "ports/log.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/audit_record.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace vouchsafe::telemetry {

/// Writes events into the audit log, on a thread of its own: whoever tells of one never waits for the disk. Where the
/// disk takes nothing, or more happens than it takes, records are left out, and the next that is written is how many.
class AuditLog : public ports::EventSink {
 public:
  struct Options {
    std::uint32_t accepted_every = 0;  ///< one of so many accepted vouchings is recorded; 0: none
    IdentityWriter identity;
  };
  /// Records that wait for the disk, at most.
  static constexpr std::size_t most_waiting = 10'000;

  AuditLog(AuditFile file, Options options, ports::Log& log);
  /// Writes what waits.
  ~AuditLog() override;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override;
  /// How many records were left out since the start. By any thread.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool is_sampled(const ports::Event& event) noexcept;
  /// Under the lock.
  void leave_out(std::uint64_t records);
  void run();
  void write(const std::vector<nlohmann::ordered_json>& records);

  AuditFile file_;
  Options options_;
  ports::Log& log_;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;  ///< of what follows
  std::condition_variable wake_;
  std::vector<nlohmann::ordered_json> waiting_;
  std::uint64_t left_out_ = 0;
  bool stopping_ = false;
  bool failing_ = false;  ///< of the thread
  std::thread thread_;
};

}  // namespace vouchsafe::telemetry
