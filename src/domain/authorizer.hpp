#pragma once

#include "domain/result.hpp"
#include "domain/token_rules.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vouchsafe {

/// The name of an authorizer, or of a WWSF, in normal form: a host name in lower case without a final dot and with its
/// labels in ASCII (IDNA 2008, non-transitional UTS #46), or a URI whose scheme and host are so.
class AuthorizerName {
 public:
  /// \return malformed for an empty name, one over 255 octets, and one that is neither a host name nor a URI
  static Result<AuthorizerName> parse(std::string_view text);
  /// For text that this process once parsed: what comes out of the store.
  static AuthorizerName trusted(std::string text) { return AuthorizerName{std::move(text)}; }

  [[nodiscard]] const std::string& text() const { return text_; }
  auto operator<=>(const AuthorizerName&) const = default;

 private:
  explicit AuthorizerName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A third party in the operator's registry.
struct Authorizer {
  enum class State : std::uint8_t {
    active,
    held,       ///< suspended: no vouching of its counts; what is registered stays until it registers again
    suspended,  ///< suspended, and what rests on it is deregistered
  };
  AuthorizerName name;
  State state = State::active;
  bool token_required = false;                 ///< its vouchings count only with a signed token
  std::shared_ptr<const TokenRules> tokens{};  ///< how its tokens are read, and with what keys; nullptr: as by default

  [[nodiscard]] const TokenRules& token_rules() const {
    static const TokenRules standard;
    return tokens ? *tokens : standard;
  }
};

}  // namespace vouchsafe
