#pragma once

#include "domain/outbox_entry.hpp"
#include "domain/result.hpp"
#include "ports/events.hpp"
#include "ports/messenger.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace vouchsafe::delegation {

/// What became of a change to the outbox.
enum class Stored : std::uint8_t { yes, no };
/// What became of a message whose reply was written down.
enum class Settlement : std::uint8_t {
  done,        ///< it is not owed any more
  again,       ///< it is tried again, whole or in parts
  given_up,    ///< it is kept, and not tried again
  not_stored,  ///< nothing is written down
};

/// What the dispatcher hears. A read that fails is not heard of: it is asked for again as time passes.
namespace event {

struct TimePassed {};
struct HostsRead {  ///< whom something is due to; "": reviews
  std::vector<std::string> hosts;
};
struct EntriesRead {  ///< what is due to a host, the oldest first
  std::string host;
  std::vector<OutboxEntry> entries;
};
struct BoundariesRead {  ///< subscriptions whose grants begin or end by now
  std::vector<std::int64_t> subscriptions;
};
struct BatchRead {  ///< the next subscriptions of a review of many
  OutboxEntry review;
  std::vector<std::int64_t> subscriptions;
};
struct ReviewAsked {  ///< somebody in this process wants a review
  OutboxEntry review;
};
struct ReviewAppended {
  OutboxEntry review;
  Stored stored;
};
struct Reviewed {
  OutboxEntry review;
  Stored stored;
};
struct Sent {
  std::int64_t entry;
  Result<ports::Messenger::Sent> outcome;
};
struct Answered {
  std::int64_t entry;
  ports::Reply reply;
};
struct Settled {
  std::int64_t entry;
  Settlement settlement;
};

}  // namespace event

using Event = std::variant<event::TimePassed, event::HostsRead, event::EntriesRead, event::BoundariesRead,
                           event::BatchRead, event::ReviewAsked, event::ReviewAppended, event::Reviewed, event::Sent,
                           event::Answered, event::Settled>;

/// What the dispatcher is to do, in this order. Each brings the event that is named with it, at once or later.
namespace action {

struct ReadHosts {};  ///< HostsRead
struct ReadEntries {  ///< EntriesRead
  std::string host;
  std::size_t limit;
};
struct ReadBoundaries {  ///< BoundariesRead
  std::size_t limit;
};
struct ReadBatch {  ///< BatchRead
  OutboxEntry review;
  std::size_t limit;
};
struct AppendReview {  ///< ReviewAppended
  OutboxEntry review;
};
struct Review {        ///< Reviewed
  OutboxEntry review;  ///< with its new cursor; without a number where no row asks for it
  std::vector<std::int64_t> subscriptions;
  bool last;  ///< nothing is left of it after these
};
struct Send {  ///< Sent; and Answered once, when it is on its way
  OutboxEntry message;
};
struct Settle {  ///< Settled
  OutboxEntry message;
  ports::Reply reply;
};
struct Tell {  ///< nothing
  ports::Event event;
};

}  // namespace action

using Action = std::variant<action::ReadHosts, action::ReadEntries, action::ReadBoundaries, action::ReadBatch,
                            action::AppendReview, action::Review, action::Send, action::Settle, action::Tell>;
using Actions = std::vector<Action>;

}  // namespace vouchsafe::delegation
