#pragma once

#include "crypto/handles.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace vouchsafe::crypto {

/// The keys that secrets are sealed with at rest, from a file that only its owner may read. A line of it is a number
/// and 64 hexadecimal digits; the highest number seals, all of them open. Safe from many threads at once.
class KeyRing {
 public:
  /// \return unavailable, with what to do, for a missing file, one that others may read, or a line that is none
  static Result<std::unique_ptr<KeyRing>> load(const std::string& path);
  /// Writes a new file of mode 0600 with one fresh key. \return conflict when the file exists
  static Result<void> create(const std::string& path);
  /// Adds a fresh key to the file, atomically; it seals from now on.
  static Result<void> add_key(const std::string& path);
  /// Drops every key but the newest from the file, atomically.
  static Result<void> drop_old_keys(const std::string& path);

  /// Encrypts with AES-256-GCM. \param bound_to authenticated with it, so that a box opens for this identity alone
  /// \return base64 of key number, nonce, ciphertext and tag
  [[nodiscard]] Result<std::string> seal(std::string_view plain, std::string_view bound_to) const;
  /// \return unavailable when the key is not there, or the box was made for another identity or changed
  [[nodiscard]] Result<Secret> open(std::string_view box, std::string_view bound_to) const;

  /// \return the number of the key that seals
  [[nodiscard]] std::uint32_t newest() const;
  /// \return the number of the key that the box was sealed with; 0 for what is no box
  static std::uint32_t key_of(std::string_view box);

 private:
  explicit KeyRing(std::string path) : path_(std::move(path)) {}
  Result<void> read();
  bool copy_key(std::uint32_t number, std::array<unsigned char, 32>& key) const;

  std::string path_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, std::array<unsigned char, 32>> keys_;
  mutable std::int64_t reread_after_ms_ = 0;
};

}  // namespace vouchsafe::crypto
