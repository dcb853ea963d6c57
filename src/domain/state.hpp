#pragma once

#include "domain/authorizer.hpp"
#include "domain/evidence.hpp"
#include "domain/identity.hpp"
#include "domain/reason.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vouchsafe {

/// A basis: an authentication that the HSS took part in by a MAR (AKA, SIP Digest).
struct Direct {
  bool operator==(const Direct&) const = default;
};

/// A basis: a third party vouched.
struct Vouched {
  AuthorizerName authorizer;
  std::optional<AuthorizerName> wwsf;
  std::string client;  ///< the client that carried the vouching
  Impu impu;           ///< the IMPU that it was for
  Evidence evidence;
  bool operator==(const Vouched&) const = default;
  /// \return whether the same authorizer vouched for the same, whatever proves it
  [[nodiscard]] bool is_like(const Vouched& other) const;
};

/// A basis: neither of the two, where the profile's scheme or way to register allows it, or check 1 is only monitored.
struct TrustedNode {
  bool operator==(const TrustedNode&) const = default;
};

using Ground = std::variant<Direct, Vouched, TrustedNode>;
/// "direct", "vouched" or "trusted-node".
std::string_view name_of(const Ground& ground);

/// One thing that a registration rests on.
struct Basis {
  Ground ground;
  Time since{};
  ReasonSet monitored{};  ///< the checks that failed when it was made, and were only monitored
  bool operator==(const Basis&) const = default;
};

/// An S-CSCF, as the client that a connection proved it to be.
struct Scscf {
  std::string name;    ///< Server-Name, a SIP URI
  std::string host;    ///< its Diameter identity
  std::string realm;   ///< its realm
  std::string peer{};  ///< the peer that it spoke over: itself, or an agent
  bool operator==(const Scscf&) const = default;
  /// \return whether it is the same node: its name, and the host that says so
  [[nodiscard]] bool is(std::string_view server_name, std::string_view origin_host) const;
};

/// An IMPI registered with an implicit registration set, at the S-CSCF that accepted it. It rests on all of its bases:
/// none is washed off by another, and they go with the registration alone.
struct Registration {
  Impi impi;
  std::uint32_t irs = 0;
  Impu impu;  ///< the one that was registered first
  std::vector<Basis> bases;
  Scscf scscf;
  bool leaving = false;  ///< an RTR is owed for it: nothing rests on it any more
  bool operator==(const Registration&) const = default;

  [[nodiscard]] bool is_direct() const;
  [[nodiscard]] bool is_vouched() const;
  [[nodiscard]] bool is_monitored() const;
  /// \return the vouching by the authorizer that it rests on; nullptr: none
  [[nodiscard]] const Vouched* vouched_by(const AuthorizerName& authorizer) const;
  /// \return whether it rests on a like vouching that is proven for longer
  [[nodiscard]] bool is_renewed(const Vouched& vouched) const;
  /// Adds what it rests on from now on; a basis of the same ground keeps its time. A token by the same key takes the
  /// place of the one before; one by another key does not, so that a revocation finds what the first one proved.
  void add(Basis basis);
};

/// What the procedures have recorded of a subscription.
struct State {
  /// A MAR that was answered: until it is used up, over, or failed, a registration of this very pair at this S-CSCF may
  /// rest on it.
  struct Challenge {
    Impu impu;
    std::uint32_t irs = 0;
    Scscf scscf;
    Time until{};
    std::uint32_t vectors = 0;  ///< given out, and not yet used by a SAR
    bool operator==(const Challenge&) const = default;
  };
  /// The authentication side of one IMPI.
  struct Authentication {
    Impi impi;
    std::uint64_t sqn = 0;  ///< last one given out; 48 bits, SEQ || IND (TS 33.102, annex C)
    std::vector<Challenge> challenges;
    bool operator==(const Authentication&) const = default;
  };

  std::optional<Scscf> scscf;  ///< serves the subscription: one for all its identities (TS 23.228, 4.3.4)
  std::vector<Registration> registrations;
  std::vector<std::uint32_t> unregistered;  ///< implicit registration sets unregistered with services at the S-CSCF
  std::vector<Authentication> authentications;
  std::uint64_t announced_names = 0;  ///< fingerprint of the names that the S-CSCF knows may vouch (allowed_names.hpp)
  std::optional<Time> review_at{};    ///< when a grant of the served subscription begins or ends next
  bool operator==(const State&) const = default;

  /// \return whether somebody is registered with the set; one that leaves the S-CSCF before is not
  [[nodiscard]] bool registered(std::uint32_t irs) const;
  [[nodiscard]] bool registered_unregistered_services(std::uint32_t irs) const;
  [[nodiscard]] const Registration* find(const Impi& impi, std::uint32_t irs) const;
  [[nodiscard]] bool anything_vouched() const;    ///< some registration rests on a vouching
  [[nodiscard]] bool anything_monitored() const;  ///< some basis was let in by a check that was only monitored
  [[nodiscard]] std::uint64_t sqn(const Impi& impi) const;

  /// \return the challenge of this pair, in this set, by this S-CSCF that is neither over nor used up; nullptr: none
  [[nodiscard]] const Challenge* challenge(const Impi& impi, const Impu& impu, std::uint32_t irs, const Scscf& by,
                                           Time now) const;
  /// \return whether authentication is pending for the IMPU
  [[nodiscard]] bool challenged(const Impu& impu, Time now) const;
  /// \return the S-CSCF of the latest live challenge of any IMPI; nullptr: none
  [[nodiscard]] const Scscf* challenging(Time now) const;
  /// The S-CSCF whose name is stored (TS 29.228, 6.1.1.1): one that has just sent a MAR, else the one that serves.
  [[nodiscard]] const Scscf* stored(Time now) const;

  Authentication& authentication(const Impi& impi);
  /// Records an answered MAR in place of an earlier one by the same S-CSCF; those that are over go.
  void add_challenge(const Impi& impi, Challenge challenge, Time now);
  /// Takes one vector off the challenge, and the challenge away with its last one.
  void use_challenge(const Impi& impi, const Impu& impu, const Scscf& by);
  /// Ends what is pending for a pair at this S-CSCF, whatever is left of it.
  void end_challenges(const Impi& impi, const Impu& impu, const Scscf& by);
  /// Ends what is pending for an IMPI in a set. \param at of this S-CSCF alone; nullptr: of every one
  void end_challenges(const Impi& impi, std::uint32_t irs, const Scscf* at = nullptr);
  /// Ends what is pending in a set, whoever's it is.
  void end_challenges(std::uint32_t irs);

  void register_set(Registration registration);
  void deregister(const Impi& impi, std::uint32_t irs);
  void set_unregistered(std::uint32_t irs);
  void clear_unregistered(std::uint32_t irs);
  /// Forgets the S-CSCF when nothing of the subscription needs it any more.
  void release_scscf_if_idle();
};

}  // namespace vouchsafe
