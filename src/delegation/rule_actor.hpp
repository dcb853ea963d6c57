#pragma once

#include "delegation/rule_watch.hpp"
#include "ports/committer.hpp"
#include "ports/log.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace vouchsafe::delegation {

/// Does what fired rules say, on a thread of its own, ten times a second: tells of them, and suspends. A suspension
/// that could not be written is tried again until it is.
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

  void run();
  void act(std::vector<RuleWatch::Turned> turned);
  void submit(const AuthorizerName& name, const Suspension& suspension);
  void finished(const AuthorizerName& name, const Suspension& suspension, const Result<void>& outcome) noexcept;

  RuleWatch& watch_;
  ports::Committer& committer_;
  ports::Publisher& events_;
  const ports::Clock& clock_;
  ports::Log& log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<std::pair<AuthorizerName, Suspension>> again_;  ///< could not be written
  std::thread thread_;
};

}  // namespace vouchsafe::delegation
