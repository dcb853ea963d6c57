#pragma once

#include <openssl/crypto.h>

#include <array>
#include <string>
#include <utility>

namespace vouchsafe::crypto {

/// Octets that are wiped when they go.
template <std::size_t N>
struct Wiped : std::array<unsigned char, N> {
  Wiped() : std::array<unsigned char, N>{} {}
  Wiped(const Wiped&) = default;
  Wiped& operator=(const Wiped&) = default;
  ~Wiped() { OPENSSL_cleanse(this->data(), N); }
};

/// Text that is wiped when it goes. What is appended must fit into what was reserved: a text that grows leaves copies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) {
    text_.swap(text);
    wipe(text);
  }
  ~Secret() { wipe(text_); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept {
    text_.swap(other.text_);
    wipe(other.text_);
  }
  Secret& operator=(Secret&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string& text() { return text_; }

 private:
  /// All that it holds room for: a short text that was moved away is still there behind the new end.
  static void wipe(std::string& text) noexcept {
    text.resize(text.capacity());
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
  }
  std::string text_;
};

}  // namespace vouchsafe::crypto
