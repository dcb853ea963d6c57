#pragma once

#include "crypto/public_key.hpp"
#include "ports/token_verifier.hpp"

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace vouchsafe::crypto {

/// Signed tokens by OpenSSL and simdjson. Each key is made once, and kept.
class JwsVerifier : public ports::TokenVerifier {
 public:
  static constexpr std::size_t longest_token = 8192;

  [[nodiscard]] tl::expected<ports::ParsedToken, TokenFault> parse(std::string_view token) const override;
  [[nodiscard]] std::optional<TokenFault> verify(const ports::ParsedToken& token, const TokenKey& key) const override;

 private:
  [[nodiscard]] Result<std::shared_ptr<const PublicKey>> key_of(const std::string& jwk) const;

  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, std::shared_ptr<const PublicKey>> keys_;  ///< by their JWK
};

}  // namespace vouchsafe::crypto
