#pragma once

#include "crypto/handles.hpp"
#include "domain/result.hpp"
#include "domain/token_rules.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::crypto {

/// A public key that tokens are verified with: an EC key on P-256 or P-384, an RSA key of 2,048 to 8,192 bits, or an
/// Ed25519 key. Others are refused when they are read. Safe from many threads at once.
class PublicKey {
 public:
  /// \param jwk a JSON Web Key (RFC 7517) \return malformed, with what is wrong: a private key, one for another use or
  /// of another kind, one whose `alg` does not fit it, one that is too short, or no point of its curve
  static Result<PublicKey> from_jwk(std::string_view jwk);
  /// \param pem a SubjectPublicKeyInfo ("PUBLIC KEY") or a certificate
  static Result<PublicKey> from_pem(std::string_view pem);
  /// The public half of a private key.
  static Result<PublicKey> of(EVP_PKEY* key);

  /// Whether a signature of that name can be by this key (RFC 8725, 3.1: the key says which, and not the token).
  [[nodiscard]] bool fits(TokenAlgorithm algorithm) const;
  /// The JWK's `kid`; empty: it has none.
  [[nodiscard]] const std::string& kid() const { return kid_; }
  /// The key as a JWK: the members that make it, in the order of RFC 7638, and `alg` where it is for one algorithm
  /// only.
  [[nodiscard]] std::string jwk() const;
  /// Its name by RFC 7638: two keys are equal when their names are.
  [[nodiscard]] Result<std::string> thumbprint() const;
  /// "EC P-256", "RSA 2048", "Ed25519"
  [[nodiscard]] std::string kind() const;
  [[nodiscard]] EVP_PKEY* handle() const { return key_.get(); }

 private:
  enum class Kind : std::uint8_t { p256, p384, rsa, ed25519 };
  PublicKey(KeyHandle key, Kind kind) : key_(std::move(key)), kind_(kind) {}
  static Result<PublicKey> checked(KeyHandle key);
  Result<void> write_jwk();
  [[nodiscard]] int bits() const { return EVP_PKEY_get_bits(key_.get()); }

  KeyHandle key_;
  Kind kind_;
  std::string kid_;
  std::string jwk_;                     ///< without `alg`
  std::optional<TokenAlgorithm> only_;  ///< the JWK's `alg`
};

/// \param text a JWK, a JWK set (RFC 7517, 5) or PEM \return its keys that can sign tokens, at least one; malformed for
/// one that is wrong. Keys of a set that are for another use, or of a kind that no token may be signed with, are left
/// out (RFC 7517, 5: a set may hold what a reader does not know)
Result<std::vector<PublicKey>> read_keys(std::string_view text);

}  // namespace vouchsafe::crypto
