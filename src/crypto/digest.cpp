#include "crypto/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace vouchsafe::crypto {
namespace {

using Octets = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hexadecimal(const Octets& octets, unsigned length) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * std::size_t{length});
  for (unsigned i = 0; i < length; ++i) {
    out += digits[octets.at(i) >> 4U];
    out += digits[octets.at(i) & 15U];
  }
  return out;
}

}  // namespace

std::string sha256(std::string_view text) {
  Octets out{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), out.data(), &length, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL has no SHA-256");
  return hexadecimal(out, length);
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  Octets out{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), out.data(), &length) == nullptr)
    throw std::runtime_error("OpenSSL has no HMAC-SHA-256");
  return hexadecimal(out, length);
}

}  // namespace vouchsafe::crypto
