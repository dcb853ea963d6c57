#pragma once

#include "delegation/destination.hpp"
#include "delegation/moment.hpp"
#include "delegation/outbox_options.hpp"
#include "delegation/outbox_steps.hpp"

#include <map>
#include <set>
#include <string>

namespace vouchsafe::delegation {

/// Which RTR, PPR and PNR go now, and what their replies call for. Of one subscription one message is on its way at a
/// time, in the order in which they were asked for; one that waits for its next try lets the others by, as each is made
/// of what the store holds when it is sent. No host holds another up.
class DeliveryPlan {
 public:
  struct Counters {
    std::uint64_t sent = 0, answered = 0, retried = 0, given_up = 0;
  };
  explicit DeliveryPlan(const OutboxOptions& options) : options_(options) {}

  /// \return how many of a host's entries are to be read; 0: nothing may go to it now
  std::size_t wanted(const std::string& host, Moment now);
  void start(const event::EntriesRead& due, Moment now, Actions& out);
  void handle(const event::Sent& sent, Actions& out);
  void handle(const event::Answered& answered, Moment now, Actions& out);
  void handle(const event::Settled& settled, Moment now, Actions& out);

  /// \return whether the rate holds a host's messages back: more may go in a few milliseconds
  [[nodiscard]] bool is_paced(const std::string& host) { return destination(host).is_paced(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Pending {
    OutboxEntry message;
    ports::OutboxSettled::How over_as = ports::OutboxSettled::How::acknowledged;  ///< where its reply ends it
    bool settling = false;                                                        ///< its reply is being written down
  };
  using Found = std::map<std::int64_t, Pending>::iterator;

  Destination& destination(const std::string& host);
  void start(const OutboxEntry& message, Actions& out);
  static void settle(Pending& pending, const ports::Reply& reply, Actions& out);
  void release(Found found);

  OutboxOptions options_;
  std::map<std::string, Destination> destinations_;
  std::map<std::int64_t, Pending> pending_;  ///< by number
  std::set<std::int64_t> subscriptions_;     ///< with a message that is pending
  Counters counters_;
};

}  // namespace vouchsafe::delegation
