#pragma once

#include "domain/identity.hpp"
#include "domain/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe {

/// How an IMPI authenticates; the names are the wire's SIP-Authentication-Scheme (TS 29.229, 6.3.9). `none`: it holds
/// no credentials, and is only vouched for.
enum class AuthenticationScheme : std::uint8_t { digest_akav1_md5, sip_digest, giba, nass_bundled, none };
std::string_view name_of(AuthenticationScheme scheme);
/// \return nothing for what is no SIP-Authentication-Scheme; `none` is not one either
std::optional<AuthenticationScheme> scheme_named(std::string_view name);

/// An IMPI's way to register: what its registrations may rest on.
enum class WayToRegister : std::uint8_t {
  direct,               ///< an authentication that the HSS took part in; no vouching counts
  delegated,            ///< a vouching; no MAR is ever answered, so that no challenge can be provoked
  direct_or_delegated,  ///< either: an exception, as the HSS cannot see whether a challenge was answered
  trusted_node,         ///< also a Trusted Node Authentication that nobody vouched for: check 1 does not apply
};
std::string_view name_of(WayToRegister way);
std::optional<WayToRegister> way_named(std::string_view name);
/// What an IMPI does unless its provisioning says otherwise.
constexpr WayToRegister default_way(AuthenticationScheme scheme) {
  return scheme == AuthenticationScheme::none ? WayToRegister::delegated : WayToRegister::direct;
}

/// A private identity and how it authenticates. Its secrets are sealed; only crypto can open them.
struct PrivateIdentity {
  Impi impi;
  AuthenticationScheme scheme = AuthenticationScheme::digest_akav1_md5;
  WayToRegister way = WayToRegister::direct;
  std::string digest_realm{};  ///< SIP Digest only
  std::string sealed{};        ///< K, OPc and AMF, or HA1, encrypted and bound to this IMPI; base64
};

/// A public identity of the subscription.
struct PublicIdentity {
  enum class Kind : std::uint8_t { distinct, wildcarded_impu, wildcarded_psi };
  Impu impu;
  std::uint32_t irs = 1;  ///< implicit registration set within the subscription
  bool barred = false;
  Kind kind = Kind::distinct;
  std::string ifc{};  ///< initial filter criteria: XML, the name of a shared set, or empty: the subscription's own
  enum class Psi : std::uint8_t { no, active, inactive };
  Psi psi = Psi::no;  ///< a public service identity, and its activation state (TS 29.328, 7.6.16)
};

/// Server-Capabilities (TS 29.229, 6.3.4).
struct Capabilities {
  std::vector<std::uint32_t> mandatory;
  std::vector<std::uint32_t> optional;
};

/// Charging-Information (TS 29.229, 6.3.19): DiameterURIs, empty where there is none.
struct Charging {
  std::string primary_event;
  std::string secondary_event;
  std::string primary_collection;
  std::string secondary_collection;
  [[nodiscard]] bool empty() const {
    return primary_event.empty() && secondary_event.empty() && primary_collection.empty() &&
           secondary_collection.empty();
  }
};

/// What provisioning wrote of a subscription.
struct Profile {
  std::vector<PrivateIdentity> impis;
  std::vector<PublicIdentity> impus;
  std::vector<std::string> visited_networks;  ///< roaming is allowed to these; "*" allows every one
  Capabilities capabilities;
  std::string ifc{};  ///< as in PublicIdentity, for every IMPU that has none of its own
  Charging charging;
};

/// A shared set of initial filter criteria, kept once for many subscriptions.
struct SharedIfc {
  std::string name;
  std::uint32_t id = 0;  ///< SharedIFCSetID, for an S-CSCF that holds the set itself
  std::string xml{};
};

/// One IMS subscription as stored: what was provisioned and what the procedures have recorded.
struct Subscription {
  std::int64_t id = 0;
  std::uint64_t version = 0;  ///< moves with every change of the profile or of the grants
  Profile profile;
  State state;

  [[nodiscard]] const PrivateIdentity* find(const Impi& impi) const;
  [[nodiscard]] const PublicIdentity* find(const Impu& impu) const;
  /// The most specific wildcarded identity that means the distinct one; nullptr when none does.
  [[nodiscard]] const PublicIdentity* match_wildcard(const Impu& impu) const;
  /// \return the IMPUs that are registered with the set: those that are not barred
  [[nodiscard]] std::vector<const Impu*> unbarred(std::uint32_t irs) const;
  /// \return whether every IMPU of the implicit registration set is barred
  [[nodiscard]] bool all_barred(std::uint32_t irs) const;
};

/// \return malformed, with the offending identity, when the profile breaks a rule that its procedures rely on: no IMPI
/// or IMPU, one twice, a set without an unbarred distinct IMPU for its default, a wildcard that is none
Result<void> check(const Profile& profile);

}  // namespace vouchsafe
