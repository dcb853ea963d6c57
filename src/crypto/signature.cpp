#include "crypto/signature.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <optional>

namespace vouchsafe::crypto {
namespace {

using EcSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

bool is_ecdsa(TokenAlgorithm algorithm) {
  return algorithm == TokenAlgorithm::es256 || algorithm == TokenAlgorithm::es384;
}

/// Octets of R, and of S.
std::size_t half_size(TokenAlgorithm algorithm) { return algorithm == TokenAlgorithm::es256 ? 32 : 48; }

/// Ed25519 hashes by itself.
const EVP_MD* digest_of(TokenAlgorithm algorithm) {
  switch (algorithm) {
    case TokenAlgorithm::es256:
    case TokenAlgorithm::ps256:
    case TokenAlgorithm::rs256:
      return EVP_sha256();
    case TokenAlgorithm::es384:
      return EVP_sha384();
    case TokenAlgorithm::eddsa:
      break;
  }
  return nullptr;
}

/// RFC 7518, 3.5: MGF1 with the same hash, and a salt as long as the hash.
bool set_padding(EVP_PKEY_CTX* context, TokenAlgorithm algorithm) {
  if (algorithm != TokenAlgorithm::ps256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/// R || S as DER, which OpenSSL wants. \return nothing where it is not of its length
std::optional<std::string> to_der(std::string_view raw, std::size_t half) {
  if (raw.size() != 2 * half) return std::nullopt;
  const EcSignature signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(octets(raw), static_cast<int>(half), nullptr);
  BIGNUM* s = BN_bin2bn(octets(raw) + half, static_cast<int>(half), nullptr);
  if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return std::nullopt;
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::optional<std::string> from_der(const std::string& der, std::size_t half) {
  const unsigned char* at = octets(std::string_view(der));
  const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string out(2 * half, '\0');
  const int size = static_cast<int>(half);
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), octets(out), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), octets(out) + half, size) != size)
    return std::nullopt;
  return out;
}

}  // namespace

Result<bool> verify(const PublicKey& key, TokenAlgorithm algorithm, std::string_view signed_octets,
                    std::string_view signature) {
  if (!key.fits(algorithm)) return false;
  std::string der;
  if (is_ecdsa(algorithm)) {
    auto converted = to_der(signature, half_size(algorithm));
    if (!converted) return false;
    der = std::move(*converted);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  if (!context || EVP_DigestVerifyInit(context.get(), &parameters, digest_of(algorithm), nullptr, key.handle()) != 1 ||
      !set_padding(parameters, algorithm))
    return library_error("a signature cannot be verified");
  const int verdict =
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(signed_octets), signed_octets.size());
  // What is below 0 is a signature that cannot be read, by the library's own words: it is nobody's.
  ERR_clear_error();
  return verdict == 1;
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  if (bio == nullptr) return library_error("BIO_new_mem_buf");
  const auto no_password = [](char*, int, int, void*) { return -1; };
  KeyHandle key(PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr));
  BIO_free(bio);
  ERR_clear_error();
  if (!key) return malformed("no private key in PEM that can be read without a password");
  auto half = PublicKey::of(key.get());
  if (!half) return tl::unexpected<Error>(half.error());
  return SigningKey(std::move(key), std::move(*half));
}

Result<std::string> SigningKey::sign(TokenAlgorithm algorithm, std::string_view text) const {
  if (!public_.fits(algorithm))
    return malformed(std::string(name_of(algorithm)) + " is no algorithm for a key of kind " + public_.kind());
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), &parameters, digest_of(algorithm), nullptr, key_.get()) != 1 ||
      !set_padding(parameters, algorithm) ||
      EVP_DigestSign(context.get(), nullptr, &size, octets(text), text.size()) != 1)
    return library_error("nothing can be signed");
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), octets(out), &size, octets(text), text.size()) != 1)
    return library_error("nothing can be signed");
  out.resize(size);
  if (!is_ecdsa(algorithm)) return out;
  auto raw = from_der(out, half_size(algorithm));
  if (!raw) return library_error("a signature in DER");
  return std::move(*raw);
}

}  // namespace vouchsafe::crypto
