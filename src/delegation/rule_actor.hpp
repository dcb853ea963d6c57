#pragma once

#include "delegation/rule_watch.hpp"
#include "ports/committer.hpp"
#include "ports/log.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace vouchsafe::delegation {

/// Does what fired rules say, on a thread of its own, ten times a second: tells of them, and suspends. A suspension
/// that could not be written is tried again, after a second, then two, up to a minute, until it is or the process ends.
class RuleActor {
 public:
  /// \param watch, events, committer, clock, log outlive this
  RuleActor(RuleWatch& watch, ports::Committer& committer, ports::Publisher& events, const ports::Clock& clock,
            ports::Log& log);
  ~RuleActor() { stop(); }
  RuleActor(const RuleActor&) = delete;
  RuleActor& operator=(const RuleActor&) = delete;

  /// Nothing is begun after it. Before the committer ends.
  void stop();

 private:
  class Work;
  /// A suspension that is to be written.
  struct Due {
    AuthorizerName name;
    Rule rule;
    int tries = 0;                           ///< that failed
    std::chrono::milliseconds not_before{};  ///< by the monotonic clock
  };

  void run();
  void act(std::vector<RuleWatch::Turned> turned);
  void submit(const Due& due) noexcept;
  void try_again(const Due& due, std::string_view why) noexcept;
  void finished(const Due& due, const Result<void>& outcome) noexcept;

  RuleWatch& watch_;
  ports::Committer& committer_;
  ports::Publisher& events_;
  const ports::Clock& clock_;
  ports::Log& log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<Due> again_;  ///< could not be written
  std::thread thread_;
};

}  // namespace vouchsafe::delegation
