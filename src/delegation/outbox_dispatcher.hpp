#pragma once

#include "delegation/outbox_plan.hpp"
#include "domain/policy.hpp"
#include "ports/committer.hpp"
#include "ports/log.hpp"
#include "ports/outbox.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace vouchsafe::delegation {

/// What the dispatcher stands on. All of it outlives the dispatcher.
struct OutboxPorts {
  const ports::Outbox& outbox;
  ports::Committer& committer;
  ports::Messenger& messenger;
  const ports::Clock& clock;
  ports::Log& log;
  PolicyInForce policy;
};

/// The thread that works the outbox off: gives what it hears to the plan, and does what the plan says.
class OutboxDispatcher : public ports::Replies {
 public:
  OutboxDispatcher(OutboxPorts ports, const OutboxOptions& options);
  ~OutboxDispatcher() override;
  OutboxDispatcher(const OutboxDispatcher&) = delete;
  OutboxDispatcher& operator=(const OutboxDispatcher&) = delete;

  /// Asks for a review: tried again until the store has it.
  void ask(Debt review);
  /// Sends nothing more; replies and ends of works may still come in until it is destroyed.
  void stop();
  void replied(std::int64_t entry, const ports::Reply& reply) noexcept override;
  /// "sent 3, answered 3, tried again 0, given up 0"
  [[nodiscard]] std::string summary() const;

 private:
  void run();
  /// Waits for events, as long as the plan lets it. \return nothing when it is stopped
  std::optional<std::vector<Event>> wait();
  void post(Event event) noexcept;
  /// What goes wrong in one step is logged, and the next one is made.
  template <class Step>
  void attempt(Step step) noexcept;
  /// Does what an event calls for, and then what that calls for at once.
  void take(const Event& event);
  void perform(const action::ReadHosts& read);
  void perform(const action::ReadEntries& read);
  void perform(const action::ReadBoundaries& read);
  void perform(const action::ReadBatch& read);
  void perform(const action::AppendReview& append);
  void perform(const action::Review& review);
  void perform(const action::Send& send);
  void perform(const action::Settle& settle);
  void perform(const Notice& notice);

  OutboxPorts ports_;
  const OutboxOptions options_;
  OutboxPlan plan_;  ///< the thread's own

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Event> events_;        ///< guarded by the mutex, like what follows
  DeliveryPlan::Counters counters_;  ///< the plan's, as they were last
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::delegation
