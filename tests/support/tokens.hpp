#pragma once

#include "crypto/base64url.hpp"
#include "crypto/signature.hpp"
#include "domain/token_rules.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <chrono>
#include <stdexcept>
#include <string>

// Keys and tokens of the tests' own.
namespace vouchsafe::testing {

/// A new private key in PEM: "EC" with a curve, "RSA" with its bits, "ED25519".
inline std::string new_private_key(const char* type, const char* curve = nullptr, std::size_t bits = 0) {
  EVP_PKEY* raw = nullptr;
  if (curve != nullptr) {
    raw = EVP_PKEY_Q_keygen(nullptr, nullptr, type, curve);
  } else if (bits != 0) {
    raw = EVP_PKEY_Q_keygen(nullptr, nullptr, type, bits);
  } else {
    raw = EVP_PKEY_Q_keygen(nullptr, nullptr, type);
  }
  const crypto::KeyHandle key(raw);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

/// Seconds since 1970, as a token's times are.
inline long long wall_clock() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// A third party that signs tokens.
struct Signer {
  explicit Signer(TokenAlgorithm with = TokenAlgorithm::es256, std::string name = "k1")
      : algorithm(with), kid(std::move(name)), key(new_key(with)) {}

  static crypto::SigningKey new_key(TokenAlgorithm with) {
    std::string pem;
    switch (with) {
      case TokenAlgorithm::es256:
        pem = new_private_key("EC", "P-256");
        break;
      case TokenAlgorithm::es384:
        pem = new_private_key("EC", "P-384");
        break;
      case TokenAlgorithm::ps256:
      case TokenAlgorithm::rs256:
        pem = new_private_key("RSA", nullptr, 2048);
        break;
      case TokenAlgorithm::eddsa:
        pem = new_private_key("ED25519");
        break;
    }
    return crypto::SigningKey::from_pem(pem).value();
  }

  [[nodiscard]] TokenKey registered(TokenKey::State state = TokenKey::State::active) const {
    return {kid, key.public_key().jwk(), key.public_key().thumbprint().value(), state};
  }
  /// \param header the whole header, as JSON
  [[nodiscard]] std::string sign_with(const std::string& header, const std::string& claims) const {
    const std::string text = crypto::to_base64url(header) + "." + crypto::to_base64url(claims);
    return text + "." + crypto::to_base64url(key.sign(algorithm, text).value());
  }
  [[nodiscard]] std::string sign(const std::string& claims) const {
    return sign_with(R"({"alg":")" + std::string(name_of(algorithm)) + R"(","kid":")" + kid + R"("})", claims);
  }

  TokenAlgorithm algorithm;
  std::string kid;
  crypto::SigningKey key;
};

}  // namespace vouchsafe::testing
