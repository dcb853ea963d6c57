#pragma once

#include "delegation/clock_watch.hpp"
#include "delegation/outbox_works.hpp"
#include "ports/log.hpp"
#include "ports/outbox.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
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
  std::function<const Policy&()> policy;
};

/// Pays what the store says is owed: does the reviews, sends RTR, PPR and PNR, tries again with back-off, and gives up
/// visibly. Nothing is kept but in the store: what a crash interrupts is begun again. Of one subscription one message
/// is on its way at a time, in the order in which they were owed; one that waits for its next try lets the others by,
/// as each is made of what the store holds when it is sent.
class OutboxDispatcher : public ports::Replies {
 public:
  OutboxDispatcher(OutboxPorts ports, const OutboxOptions& options);
  ~OutboxDispatcher() override;
  OutboxDispatcher(const OutboxDispatcher&) = delete;
  OutboxDispatcher& operator=(const OutboxDispatcher&) = delete;

  /// Owes a review: tried again until the store has it.
  void owe(Debt review);
  /// Sends nothing more; replies and ends of works may still come in until it is destroyed.
  void stop();
  void replied(std::int64_t debt, const ports::Reply& reply) noexcept override;
  /// "sent 3, answered 3, tried again 0, given up 0"
  [[nodiscard]] std::string summary() const;

 private:
  struct Lane {  ///< one Destination-Host
    std::size_t in_flight = 0;
    double allowance = 0;  ///< messages that may go now, by the rate; at most a window
    std::chrono::milliseconds allowed_at{0};
    std::chrono::milliseconds paused_until{0};
    std::chrono::milliseconds pause{0};
    bool unreachable = false;
  };
  struct Counters {
    std::uint64_t sent = 0, answered = 0, retried = 0, given_up = 0;
  };
  struct Event {  ///< a reply, or the end of a work
    std::int64_t debt = 0;
    bool is_reply = false;
    ports::Reply reply{};
    bool stored = true;  ///< the work's outcome
    bool given_up = false;
  };

  void run();
  void handle(const Event& event);
  void handle_reply(Debt& debt, const ports::Reply& reply);
  void collect();
  void collect_reviews();
  void owe_reviews();
  /// After a step of the clock everything that is served is looked at again.
  void watch_clock();
  void collect_from(const std::string& host);
  void start_review(const Debt& debt);
  void start_batch(Debt debt);
  void send(const Debt& debt);
  void settle(Debt& debt, const ports::Reply& reply);
  /// How many messages may go to a host now.
  std::size_t room_in(Lane& lane);
  void hold(Lane& lane, const Debt& debt, const std::string& why);
  void post(Event event) noexcept;
  void count(std::uint64_t Counters::*what);
  [[nodiscard]] Done ended(std::int64_t debt, std::shared_ptr<bool> given_up = nullptr);

  OutboxPorts ports_;
  OutboxOptions options_;
  std::map<std::int64_t, Debt> busy_;          ///< by number; a review without a debt has -subscription
  std::set<std::int64_t> subscriptions_busy_;  ///< with a message on its way
  std::map<std::string, Lane> lanes_;
  std::chrono::milliseconds next_sweep_{0};
  ClockWatch clock_watch_;
  bool paced_ = false;                                            ///< the rate holds something back: look again soon
  std::map<std::int64_t, std::chrono::milliseconds> next_batch_;  ///< when an authorizer's review goes on

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Event> events_;
  std::vector<Debt> to_owe_;  ///< reviews that the store does not have yet
  bool stopping_ = false;
  Counters counters_;
  std::thread thread_;
};

}  // namespace vouchsafe::delegation
