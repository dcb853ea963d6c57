#pragma once

#include "crypto/key_ring.hpp"
#include "ports/authentication.hpp"
#include "ports/log.hpp"

namespace vouchsafe::crypto {

/// What is sealed for an AKA subscriber: K, OPc and AMF, 34 octets.
Result<std::string> seal_aka(const KeyRing& ring, const Impi& impi, std::string_view k, std::string_view opc,
                             std::string_view amf);
/// What is sealed for a SIP Digest subscriber: HA1 as 32 lower-case hexadecimal digits.
Result<std::string> seal_digest(const KeyRing& ring, const Impi& impi, std::string_view ha1);

/// MILENAGE vectors, resynchronization and digest data from sealed secrets (TS 33.102, 6.3; TS 35.206).
class SoftwareAuthenticationCentre : public ports::AuthenticationCentre {
 public:
  SoftwareAuthenticationCentre(const KeyRing& ring, ports::Log& log) : ring_(ring), log_(log) {}
  [[nodiscard]] Result<ports::AkaVector> aka_vector(const PrivateIdentity& impi, std::uint64_t sqn) const override;
  [[nodiscard]] Result<std::uint64_t> resynchronized_sqn(const PrivateIdentity& impi,
                                                         std::string_view rand_auts) const override;
  [[nodiscard]] Result<std::string> digest_ha1(const PrivateIdentity& impi) const override;

 private:
  Result<Secret> open(const PrivateIdentity& impi, std::size_t size) const;
  const KeyRing& ring_;
  ports::Log& log_;
};

}  // namespace vouchsafe::crypto
