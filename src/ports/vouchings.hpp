#pragma once

#include "domain/decide.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vouchsafe::ports {

/// A vouching that an eP-CSCF's own question was answered AUTHORIZED for.
struct RememberedVouching {
  Vouching vouching;
  std::string client;      ///< who carried it
  std::string scscf{};     ///< the S-CSCF that the answer named, where it did: no other one may use it
  bool emergency = false;  ///< it was for an emergency registration, and serves no other
  Evidence evidence{};     ///< what proves it; the token itself is not kept
  ReasonSet let_pass{};    ///< what was wrong with its token, where that is only monitored
  bool operator==(const RememberedVouching&) const = default;
};

/// It is kept for the pair, in place of an earlier one. The only write that can fail: where a bound is reached, of the
/// whole, of the client or of the IMPI, it is overloaded, and the vouching must not be answered AUTHORIZED.
struct VouchingRemembered {
  Impi impi;
  Impu impu;
  RememberedVouching vouching;
};
/// The registration that claimed it is on disk: nobody else may have it.
struct VouchingUsed {
  Impi impi;
  Impu impu;
  std::string registration;
};
/// What the registration claimed has come to nothing: another one may have it, where it was not used.
struct VouchingReleased {
  Impi impi;
  Impu impu;
  std::string registration;
};
/// It does not stand any more; or the user has left, and none from before may register the IMPI again.
struct VouchingForgotten {
  Impi impi;
  std::optional<Impu> impu{};  ///< nothing: every one of the IMPI
};
using VouchingWrite = std::variant<VouchingRemembered, VouchingUsed, VouchingReleased, VouchingForgotten>;
using VouchingWrites = std::vector<VouchingWrite>;

/// Vouchings kept for the I-CSCF's and S-CSCF's plain requests that follow. Each serves one registration: the first
/// that claims it. Safe from many threads at once.
class Vouchings {
 public:
  virtual ~Vouchings() = default;
  /// \return the live vouching for the pair that nobody has claimed, if any
  [[nodiscard]] virtual std::optional<RememberedVouching> find(const Impi& impi, const Impu& impu) const = 0;
  /// Reserves the vouching for a registration, which is known by a text of its own: a request that is prepared or sent
  /// twice is one. The reservation ends with VouchingReleased. \return the live vouching, where nobody else has
  /// claimed it
  virtual std::optional<RememberedVouching> claim(const Impi& impi, const Impu& impu,
                                                  std::string_view registration) = 0;
  /// \return overloaded where one of them cannot be remembered; those after it are not done then
  virtual Result<void> apply(const VouchingWrites& writes) = 0;
};

}  // namespace vouchsafe::ports
