#pragma once

#include "delegation/outbox_executor.hpp"
#include "delegation/outbox_plan.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace vouchsafe::delegation {

/// The thread that works the outbox off: gives what it hears to the plan, and what the plan says to the
/// executor.
class OutboxDispatcher : public ports::Replies {
 public:
  OutboxDispatcher(const OutboxPorts& ports, const OutboxOptions& options);
  ~OutboxDispatcher() override;
  OutboxDispatcher(const OutboxDispatcher&) = delete;
  OutboxDispatcher& operator=(const OutboxDispatcher&) = delete;

  /// Asks for a review: tried again until the store has it.
  void ask(OutboxEntry review);
  /// Sends nothing more; replies and ends of works may still come in until it is destroyed.
  /// It begins nothing more. Waits for nothing.
  void end();
  void stop();
  void replied(std::int64_t entry, const ports::Reply& reply) noexcept override;
  /// "sent 3, answered 3, tried again 0, given up 0"
  [[nodiscard]] std::string summary() const;

 private:
  void run();
  /// Waits for events, as long as the plan lets it. \return nothing when it is stopped
  std::optional<std::vector<Event>> wait();
  void post(Event&& event) noexcept;
  /// What goes wrong in one step is logged, and the next one is made.
  template <class Step>
  void attempt(Step step) noexcept;
  /// Does what an event calls for, and then what that calls for at once.
  void take(const Event& event);

  const ports::Clock& clock_;
  ports::Log& log_;
  OutboxExecutor executor_;
  OutboxPlan plan_;  ///< the thread's own

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Event> events_;        ///< guarded by the mutex, like what follows
  DeliveryPlan::Counters counters_;  ///< the plan's, as they were last
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vouchsafe::delegation
