#include "cx/footing.hpp"

namespace vouchsafe::cx {
namespace {

/// Schemes whose authentication the HSS never sees, and profiles that trust the edge.
bool exempt(const PrivateIdentity& identity) {
  return identity.scheme == AuthenticationScheme::giba || identity.scheme == AuthenticationScheme::nass_bundled ||
         identity.policy == RegistrationPolicy::trusted_node;
}

Foothold by_vouching(ports::RememberedVouching vouching, bool remembered) {
  return {Footing::something, Provenance::Kind::vouched, std::move(vouching), remembered, false};
}

/// A registration stands on what it stood on; one by a vouching is decided again.
Foothold by_registration(const Registration& registration) {
  const Provenance& p = registration.provenance;
  if (p.kind != Provenance::Kind::vouched) return {Footing::something, p.kind, std::nullopt, false, false};
  std::optional<AuthorizerName> wwsf;
  if (!p.wwsf.empty()) wwsf = AuthorizerName::trusted(p.wwsf);
  return by_vouching({{AuthorizerName::trusted(p.authorizer), wwsf, false}, p.relay}, true);
}

}  // namespace

Foothold foothold_of(const SaRequest& request, const Impi& impi, const Impu& impu, std::uint32_t irs,
                     const Subscription& subscription, std::optional<ports::RememberedVouching> live) {
  if (request.common.vouching) return by_vouching({*request.common.vouching, request.common.origin_host}, false);
  if (live) return by_vouching(std::move(*live), true);
  const State& state = subscription.state;
  if (state.pending(impi, impu)) return {Footing::something, Provenance::Kind::direct, std::nullopt, false, true};
  const auto* registration = state.find(impi, irs);
  const bool vouched = registration != nullptr && registration->provenance.kind == Provenance::Kind::vouched;
  // A vouching used up the vectors before it: those that are there came with a MAR after it.
  const bool direct_since = vouched && state.unused_vectors(impi) > 0;
  if (registration != nullptr && !registration->leaving && !direct_since) return by_registration(*registration);
  if (state.unused_vectors(impi) > 0) return {Footing::something, Provenance::Kind::direct, std::nullopt, false, true};
  const auto* identity = subscription.find(impi);
  if (identity != nullptr && exempt(*identity)) {
    return {Footing::not_asked, Provenance::Kind::trusted_node, std::nullopt, false, false};
  }
  return {Footing::nothing, Provenance::Kind::trusted_node, std::nullopt, false, false};
}

}  // namespace vouchsafe::cx
