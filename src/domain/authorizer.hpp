#pragma once

#include "domain/result.hpp"
#include "domain/suspension.hpp"
#include "domain/token_rules.hpp"

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
  AuthorizerName name;
  Suspensions suspensions{};                   ///< also those whose time is over; one a scope
  bool token_required = false;                 ///< its vouchings count only with a signed token
  std::shared_ptr<const TokenRules> tokens{};  ///< how its tokens are read, and with what keys; nullptr: as by default

  /// \return the one that is for all that it vouches for; nullptr: none is in force
  [[nodiscard]] const Suspension* suspension(Time now) const;
  /// \return one that is for a vouching; nullptr: none is in force. A vouching that names no WWSF may come through any.
  /// \param wwsf nullptr: the vouching names none \param client who carries it
  [[nodiscard]] const Suspension* suspension(const AuthorizerName* wwsf, std::string_view client, Time now) const;
  [[nodiscard]] const TokenRules& token_rules() const {
    static const TokenRules standard;
    return tokens ? *tokens : standard;
  }
};

}  // namespace vouchsafe
