#pragma once

#include "domain/subscription.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vouchsafe::ports {

/// An AKA authentication vector; octets.
struct AkaVector {
  std::string rand_autn;  ///< RAND || AUTN, 32 octets
  std::string xres;       ///< 8 octets
  std::string ck;         ///< 16 octets
  std::string ik;         ///< 16 octets
};

/// Makes authentication data from a subscriber's sealed secrets.
class AuthenticationCentre {
 public:
  virtual ~AuthenticationCentre() = default;
  /// \param sqn 48 bits; \return unavailable when the secrets cannot be opened
  [[nodiscard]] virtual Result<AkaVector> aka_vector(const PrivateIdentity& impi, std::uint64_t sqn) const = 0;
  /// \param rand_auts RAND || AUTS, 30 octets (TS 29.229, 6.3.11)
  /// \return SQN_MS; malformed when the length or MAC-S is wrong; unavailable as above
  [[nodiscard]] virtual Result<std::uint64_t> resynchronized_sqn(const PrivateIdentity& impi,
                                                                 std::string_view rand_auts) const = 0;
  /// \return HA1 as 32 lower-case hexadecimal digits (RFC 2617, H(A1)); unavailable as above
  [[nodiscard]] virtual Result<std::string> digest_ha1(const PrivateIdentity& impi) const = 0;
};

}  // namespace vouchsafe::ports
