#pragma once

#include "domain/subscription.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace vouchsafe::ports {

/// The keys that seal secrets, as who keeps account of them sees them: numbers and check values, never a key.
class SealingRing {
 public:
  /// By number; the value tells a key from another one of the same number.
  using Checks = std::map<std::uint32_t, std::string>;

  virtual ~SealingRing() = default;
  /// Reads the key file again; keys that have gone from it still open. \return what is in the file
  virtual Result<Checks> read_again() = 0;
  /// Adds a fresh key to the file, numbered above all others there. \return what is in the file then
  virtual Result<Checks> add_key() = 0;
  /// Takes every other key out of the file. \return how many
  virtual Result<std::size_t> keep_only(const Checks& keys) = 0;
  /// Seals with this key from now on.
  virtual void seal_with(std::uint32_t number) = 0;
  [[nodiscard]] virtual bool opens(const PrivateIdentity& impi) const = 0;
  /// \return the number of the key that a secret is sealed with; 0 for what is no sealed secret
  [[nodiscard]] virtual std::uint32_t key_of(std::string_view sealed) const = 0;
};

}  // namespace vouchsafe::ports
