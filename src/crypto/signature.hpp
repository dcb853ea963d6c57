#pragma once

#include "crypto/public_key.hpp"

#include <string>
#include <string_view>

namespace vouchsafe::crypto {

/// \param signature as a JWS has it: R || S for ES* (RFC 7518, 3.4) \return whether it is the key's over the octets;
/// unavailable where OpenSSL cannot tell. The algorithm must fit the key
Result<bool> verify(const PublicKey& key, TokenAlgorithm algorithm, std::string_view signed_octets,
                    std::string_view signature);

/// A private key, for tokens to test with. The HSS has none.
class SigningKey {
 public:
  /// \param pem a private key ("PRIVATE KEY"), not encrypted
  static Result<SigningKey> from_pem(std::string_view pem);
  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  /// \return the signature as a JWS has it
  [[nodiscard]] Result<std::string> sign(TokenAlgorithm algorithm, std::string_view text) const;

 private:
  SigningKey(KeyHandle key, PublicKey half) : key_(std::move(key)), public_(std::move(half)) {}
  KeyHandle key_;
  PublicKey public_;
};

}  // namespace vouchsafe::crypto
