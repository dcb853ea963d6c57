#pragma once

#include "domain/outbox_entry.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <string>

namespace vouchsafe::ports {

/// What became of a message.
struct Reply {
  enum class Kind : std::uint8_t {
    success,      ///< DIAMETER_SUCCESS
    unknown,      ///< the other side knows no such user, or did not subscribe: there is nothing more to tell it
    refused,      ///< any other error: asking again may help
    none,         ///< no answer in time
    unreachable,  ///< no way to the host now
  };
  Kind kind = Kind::none;
  std::string text{};  ///< for people
};

/// Hears of replies, each once. Safe from many threads at once; must not throw.
class Replies {
 public:
  virtual ~Replies() = default;
  virtual void replied(std::int64_t entry, const Reply& reply) noexcept = 0;
};

/// Makes the message that an entry of the outbox calls for out of what the store holds now, and sends it.
class Messenger {
 public:
  enum class Sent : std::uint8_t { on_its_way, nothing_to_say, not_permitted };
  virtual ~Messenger() = default;
  /// \return on_its_way: `replies` hears of it once, on another thread; nothing_to_say: a later event has overtaken
  /// it; not_permitted: the other side may not hear of it any more; an error when this one cannot be made
  /// or sent now
  virtual Result<Sent> send(const OutboxEntry& entry, Replies& replies) = 0;
};

}  // namespace vouchsafe::ports
