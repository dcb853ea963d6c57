#pragma once

#include "domain/decide.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe::ports {

/// A vouching that an eP-CSCF's own question was answered AUTHORIZED for.
struct RememberedVouching {
  Vouching vouching;
  std::string client;      ///< who carried it
  std::string scscf{};     ///< the S-CSCF that the answer named, where it did: no other one may use it
  bool emergency = false;  ///< it was for an emergency registration, and serves no other
  bool operator==(const RememberedVouching&) const = default;
};

/// Vouchings kept for the I-CSCF's and S-CSCF's plain requests that follow. Each serves one registration: the first
/// that claims it. Safe from many threads at once.
class VouchingMemory {
 public:
  virtual ~VouchingMemory() = default;
  /// In place of an earlier one for the pair.
  /// \return overloaded when a bound is reached, of the whole, of the client or of the IMPI: the vouching is not
  /// remembered, and must not be answered AUTHORIZED
  virtual Result<void> remember(const Impi& impi, const Impu& impu, RememberedVouching vouching) = 0;
  /// \return the live vouching for the pair that nobody has claimed, if any
  [[nodiscard]] virtual std::optional<RememberedVouching> find(const Impi& impi, const Impu& impu) const = 0;
  /// Takes the vouching for a registration. The same session may claim it again: a request that is prepared or sent
  /// twice is one. \return the live vouching, where nobody else has claimed it
  virtual std::optional<RememberedVouching> claim(const Impi& impi, const Impu& impu, std::string_view session) = 0;
  /// The registration that claimed it is on disk: nobody else may have it.
  virtual void use(const Impi& impi, const Impu& impu, std::string_view session) = 0;
  /// What the session claimed has come to nothing: another registration may have it, where it was not used.
  virtual void release(const Impi& impi, const Impu& impu, std::string_view session) = 0;
  /// It does not stand any more.
  virtual void forget(const Impi& impi, const Impu& impu) = 0;
  /// The user has left: no vouching from before may register it again.
  virtual void forget(const Impi& impi) = 0;
};

}  // namespace vouchsafe::ports
