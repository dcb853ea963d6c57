#pragma once

#include "domain/identity.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe {

/// What a registration rests on.
struct Provenance {
  enum class Kind : std::uint8_t {
    direct,        ///< a MAR: AKA or digest
    vouched,       ///< a vouching by `authorizer`
    trusted_node,  ///< neither, where the profile's scheme or policy allows it, or check 1 is only monitored
  };
  Kind kind = Kind::direct;
  std::string authorizer;
  std::string wwsf;
  std::string relay;  ///< Origin-Host that carried the vouching
  Time since{};
  bool operator==(const Provenance&) const = default;
};
std::string_view name_of(Provenance::Kind kind);

/// An IMPI registered with an implicit registration set.
struct Registration {
  Impi impi;
  std::uint32_t irs = 0;
  Impu impu;  ///< the one that was registered explicitly
  Provenance provenance;
  bool leaving = false;  ///< an RTR is owed for it: nothing rests on it any more
  bool operator==(const Registration&) const = default;
};

/// The S-CSCF that serves a subscription: one for all its identities (TS 23.228, 4.3.4).
struct Scscf {
  std::string name;  ///< Server-Name, a SIP URI
  std::string host;  ///< its Diameter client's Origin-Host
  std::string realm;
  bool operator==(const Scscf&) const = default;
};

/// What the procedures have recorded of a subscription.
struct State {
  /// The authentication side of one IMPI.
  struct Authentication {
    Impi impi;
    std::uint64_t sqn = 0;             ///< last one given out; 48 bits, SEQ || IND (TS 33.102, annex C)
    std::vector<Impu> pending;         ///< "authentication pending" with these IMPUs
    std::uint32_t unused_vectors = 0;  ///< given out by MAR, not yet used by a SAR
    bool operator==(const Authentication&) const = default;
  };

  std::optional<Scscf> scscf;
  std::vector<Registration> registrations;
  std::vector<std::uint32_t> unregistered;  ///< implicit registration sets unregistered with services at the S-CSCF
  std::vector<Authentication> authentications;
  std::uint64_t told = 0;           ///< fingerprint of the names that the S-CSCF knows may vouch (allowed_names.hpp)
  std::optional<Time> review_at{};  ///< when a grant of the served subscription begins or ends next
  bool operator==(const State&) const = default;

  [[nodiscard]] bool registered(std::uint32_t irs) const;
  [[nodiscard]] bool registered_unregistered_services(std::uint32_t irs) const;
  [[nodiscard]] const Registration* find(const Impi& impi, std::uint32_t irs) const;
  [[nodiscard]] bool pending(const Impi& impi, const Impu& impu) const;
  [[nodiscard]] bool anything_pending() const;
  [[nodiscard]] bool anything_vouched() const;  ///< some registration rests on a vouching
  [[nodiscard]] std::uint32_t unused_vectors(const Impi& impi) const;
  [[nodiscard]] std::uint64_t sqn(const Impi& impi) const;

  Authentication& authentication(const Impi& impi);
  void register_set(Registration registration);
  void deregister(const Impi& impi, std::uint32_t irs);
  void set_unregistered(std::uint32_t irs);
  void clear_unregistered(std::uint32_t irs);
  void clear_pending(const Impi& impi, const Impu& impu);
  /// Forgets the S-CSCF when nothing of the subscription needs it any more.
  void release_scscf_if_idle();
};

}  // namespace vouchsafe
