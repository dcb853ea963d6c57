#pragma once

#include "domain/reason.hpp"
#include "domain/time.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vouchsafe {

/// The evidence for a vouching: nothing but the client that carried it.
struct ClientsWord {
  bool operator==(const ClientsWord&) const = default;
};

/// The evidence for a vouching: a token that the authorizer has signed, and that was verified here.
struct VerifiedToken {
  std::string kid;  ///< the authorizer's key that verified it
  std::string jti;  ///< the token's own name; empty: it has none
  Time until{};     ///< its `exp`
  Time at{};        ///< when it was verified
  bool operator==(const VerifiedToken&) const = default;
};

using Evidence = std::variant<ClientsWord, VerifiedToken>;

/// What is wrong with a token.
struct TokenFault {
  Reason reason = Reason::token_invalid;
  std::string detail;  ///< for the operator; never holds the token, nor any part of it
};

/// What check 5 found of a token.
struct TokenVerdict {
  enum class Kind : std::uint8_t {
    verified,
    refused,
    no_keys,  ///< the operator has registered no key of the authorizer: nothing can be told
    busy,     ///< the client has used up its share, or too much is remembered: not looked at
  };
  Kind kind = Kind::no_keys;
  VerifiedToken evidence{};          ///< where it is verified
  TokenFault fault{};                ///< where it is refused, or busy
  std::vector<TokenFault> others{};  ///< what else is wrong with it
};

/// Finds out about the token of a vouching. It is asked once a decision, and only when checks 1 to 4 have let pass, so
/// that strangers cost no signature check.
class TokenProof {
 public:
  virtual ~TokenProof() = default;
  [[nodiscard]] virtual TokenVerdict prove() const = 0;
};

}  // namespace vouchsafe
