#pragma once

#include "crypto/wiped.hpp"
#include "domain/result.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

namespace vouchsafe::crypto {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER, FreeCipher>;

/// An Error for a failed OpenSSL call; leaves the thread's error queue empty.
inline tl::unexpected<Error> library_error(const char* what) {
  ERR_clear_error();
  return unavailable(std::string("OpenSSL: ") + what);
}

inline const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace vouchsafe::crypto
