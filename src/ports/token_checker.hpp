#pragma once

#include "domain/decide.hpp"
#include "domain/token.hpp"

#include <string>
#include <string_view>

namespace vouchsafe::ports {

/// A token as it was shown: with which vouching, for whom, and by whom.
struct ShownToken {
  std::string_view token;
  const Vouching& vouching;
  const Authorizer& authorizer;  ///< the registry's entry, with the rules and the keys
  const Impi& impi;
  const Impu& impu;
  std::string_view client;  ///< the client that carries it, as the connection proved it
  std::string_view
      session;  ///< Session-Id: the same token by the same client in the same session is one that is sent again
};

/// Check 5's hands: tells whether a token proves a vouching, and remembers that it was shown. Safe from many threads at
/// once.
class TokenChecker {
 public:
  virtual ~TokenChecker() = default;
  [[nodiscard]] virtual TokenVerdict check(const ShownToken& shown, const TokenPolicy& policy, Time now) = 0;
};

}  // namespace vouchsafe::ports
