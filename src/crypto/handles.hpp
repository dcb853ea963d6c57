#pragma once

#include "crypto/wiped.hpp"
#include "domain/result.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

namespace vouchsafe::crypto {

/// Gives a thing of OpenSSL's back by the function that it has for that.
template <auto Function>
struct Free {
  template <class T>
  void operator()(T* thing) const noexcept {
    Function(thing);
  }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Free<EVP_CIPHER_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

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
