#pragma once

#include "crypto/handles.hpp"
#include "crypto/key_file.hpp"
#include "ports/sealing_ring.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace vouchsafe::crypto {

/// The keys that secrets are sealed with at rest, from a file that only its owner may read. A line of it is a number
/// and 64 hexadecimal digits. One of them seals, all of them open. Safe from many threads at once.
class KeyRing : public ports::SealingRing {
 public:
  /// The newest key seals, until seal_with() says otherwise.
  /// \return unavailable, with what to do, for a missing file, one that others may read, or a line that is none
  static Result<std::unique_ptr<KeyRing>> load(const std::string& path);
  /// Writes a new file of mode 0600 with one fresh key. \return conflict when the file exists
  static Result<void> create(const std::string& path);

  /// Encrypts with AES-256-GCM. \param bound_to authenticated with it, so that a box opens for this identity alone
  /// \return base64 of key number, nonce, ciphertext and tag
  [[nodiscard]] Result<std::string> seal(std::string_view plain, std::string_view bound_to) const;
  /// \return unavailable when the key is not there, or the box was made for another identity or changed
  [[nodiscard]] Result<Secret> open(std::string_view box, std::string_view bound_to) const;
  /// \return the identity's secret in a new box, by the key that seals now; nothing when that key made its box, or
  /// there is none; unavailable, with the identity, when it does not open
  [[nodiscard]] Result<std::optional<std::string>> seal_anew(const PrivateIdentity& impi) const;

  /// \return the number of the key that seals
  [[nodiscard]] std::uint32_t seals_with() const;

  Result<Checks> read_again() override;
  Result<Checks> add_key() override;
  Result<std::size_t> keep_only(const Checks& keys) override;
  void seal_with(std::uint32_t number) override;
  [[nodiscard]] bool opens(const PrivateIdentity& impi) const override;
  [[nodiscard]] std::uint32_t key_of(std::string_view sealed) const override;

 private:
  explicit KeyRing(std::string path) : path_(std::move(path)) {}
  bool copy_key(std::uint32_t number, Key& key) const;

  std::string path_;
  mutable std::mutex mutex_;
  mutable Keys keys_;
  mutable std::int64_t reread_after_ms_ = 0;
  std::uint32_t seals_with_ = 0;
};

}  // namespace vouchsafe::crypto
