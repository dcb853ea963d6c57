#pragma once

#include "domain/time.hpp"

#include <cstdint>
#include <string>

namespace vouchsafe::ports {

/// A verified token, in somebody's hands.
struct TokenUse {
  std::string authorizer;
  std::string token;    ///< what tells it from the authorizer's other ones
  std::string client;   ///< who shows it
  std::string session;  ///< and in which session
  Time until{};         ///< remembered until then
  bool once = false;    ///< it serves one session, and not each of the client's
};

/// Which tokens were shown, by whom. Safe from many threads at once.
class TokenUses {
 public:
  enum class Answer : std::uint8_t {
    good,      ///< nobody has shown it before, or the same client, as often as it may; or it is sent again
    replayed,  ///< another client has, or it serves no second session
    full,      ///< too many are remembered: nobody can tell
  };
  virtual ~TokenUses() = default;
  /// Asks and remembers in one step, so that two who show it at once are not both the first.
  virtual Answer show(const TokenUse& use, Time now) = 0;
};

}  // namespace vouchsafe::ports
