#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace vouchsafe::hardening {

/// Gives memory that is free back to the kernel, now and then. The C library keeps what a thread's messages took, and
/// what one thread takes and another frees lies scattered: without this the process grows for millions of requests.
class Trimmer {
 public:
  explicit Trimmer(std::chrono::seconds interval) : interval_(interval), thread_([this] { run(); }) {}
  ~Trimmer();
  Trimmer(const Trimmer&) = delete;
  Trimmer& operator=(const Trimmer&) = delete;

 private:
  void run();

  std::chrono::seconds interval_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::hardening
