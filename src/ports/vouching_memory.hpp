#pragma once

#include "domain/decide.hpp"

#include <optional>
#include <string>

namespace vouchsafe::ports {

/// A vouching that an eP-CSCF's own question was answered AUTHORIZED for, and the relay that carried it.
struct RememberedVouching {
  Vouching vouching;
  std::string relay;
};

/// Vouchings kept for the I-CSCF's and S-CSCF's plain requests that follow. Safe from many threads at once.
class VouchingMemory {
 public:
  virtual ~VouchingMemory() = default;
  /// \return overloaded when its bound is reached: the vouching is not remembered, and must not be answered AUTHORIZED
  virtual Result<void> remember(const Impi& impi, const Impu& impu, RememberedVouching vouching) = 0;
  /// \return the live vouching for the pair, if any
  [[nodiscard]] virtual std::optional<RememberedVouching> find(const Impi& impi, const Impu& impu) const = 0;
  /// A MAR for the IMPI was answered with vectors: what was vouched for is direct from now on.
  virtual void forget(const Impi& impi) = 0;
};

}  // namespace vouchsafe::ports
