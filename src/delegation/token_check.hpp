#pragma once

#include "delegation/verification_budget.hpp"
#include "delegation/verified_tokens.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/token_checker.hpp"
#include "ports/token_uses.hpp"
#include "ports/token_verifier.hpp"

namespace vouchsafe::delegation {

/// Check 5 on a token: its form, its key, its signature, its claims, and whether it was shown before; in this order.
class TokenCheck : public ports::TokenChecker {
 public:
  /// \param remembered most verified tokens whose signature is not looked at again
  TokenCheck(const ports::TokenVerifier& verifier, ports::TokenUses& uses, const ports::Clock& clock, ports::Log& log,
             std::size_t remembered)
      : verifier_(verifier), uses_(uses), clock_(clock), log_(log), verified_(remembered) {}

  [[nodiscard]] TokenVerdict check(const ports::ShownToken& shown, const TokenPolicy& policy, Time now) override;

 private:
  /// \return nothing: it is the key's
  std::optional<TokenVerdict> verify(const ports::ParsedToken& token, const TokenKey& key,
                                     const ports::ShownToken& shown, const TokenPolicy& policy, Time now);
  std::optional<TokenVerdict> use(const ports::ParsedToken& token, const ports::ShownToken& shown,
                                  const TokenPolicy& policy, Time now);

  const ports::TokenVerifier& verifier_;
  ports::TokenUses& uses_;
  const ports::Clock& clock_;
  ports::Log& log_;
  VerifiedTokens verified_;
  VerificationBudget budget_;
};

}  // namespace vouchsafe::delegation
