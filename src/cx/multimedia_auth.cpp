#include "cx/multimedia_auth.hpp"

#include "cx/gate.hpp"
#include "domain/sequence_number.hpp"
#include "domain/text.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

/// Step 3. "Unknown" asks for whatever the profile has (TS 29.228, 6.3.1); Kamailio writes it "unknown", and
/// "Digest-MD5" for SIP Digest when its algorithm is MD5.
bool scheme_supported(const PrivateIdentity& identity, const std::string& asked) {
  const bool digest = identity.scheme == AuthenticationScheme::sip_digest;
  if (!digest && identity.scheme != AuthenticationScheme::digest_akav1_md5) return false;
  const std::string name = lowered(asked);
  return name == "unknown" || asked == name_of(identity.scheme) || (digest && name == "digest-md5");
}

class Authentication {
 public:
  Authentication(const MaRequest& request, const ports::View& view, const CxContext& context)
      : request_(request),
        view_(view),
        context_(context),
        subscription_(*view.subscription),
        identity_(*subscription_.find(request.impi)),
        state_(subscription_.state) {}

  ResultCode run() {
    if (!scheme_supported(identity_, request_.scheme)) return result::auth_scheme_not_supported;
    if (!request_.sip_authorization.empty()) {
      if (const auto code = resynchronize(); code != result::success) return code;
    }
    return identity_.scheme == AuthenticationScheme::sip_digest ? digest() : aka();
  }

  State& state() { return state_; }
  std::vector<AuthDataItem>& items() { return items_; }
  [[nodiscard]] Offender offender() const { return offender_; }

 private:
  /// Step 4: only the S-CSCF that is stored may resynchronize; another one must not move the SQN or take over. The MAC
  /// of AUTS is verified whatever SQN is.
  ResultCode resynchronize() {
    if (identity_.scheme != AuthenticationScheme::digest_akav1_md5) return result::auth_scheme_not_supported;
    const auto now = context_.clock.now();
    const Speaker& speaker = request_.common.speaker;
    const bool stored = state_.challenge(request_.impi, request_.impu, identity_in(view_, request_.impu)->irs,
                                         scscf_of(request_.common, request_.server_name), now) != nullptr ||
                        (state_.scscf && state_.scscf->is(request_.server_name, speaker.host));
    if (!stored) return result::unable_to_comply;
    const auto sqn = context_.authentication.resynchronized_sqn(identity_, request_.sip_authorization);
    if (!sqn) {
      if (sqn.error().kind == Error::Kind::malformed) offender_ = Offender::sip_authorization;
      return to_result(sqn.error().kind);
    }
    auto& authentication = state_.authentication(request_.impi);
    authentication.sqn = resynchronized(authentication.sqn, *sqn);
    return result::success;
  }

  /// Step 5: the S-CSCF that asks is stored (8.1: MAR overwrites), for as long as the authentication is pending. It
  /// gets in the place of one that serves with the SAR that follows.
  void store_challenge(std::uint32_t vectors) {
    const auto now = context_.clock.now();
    const PublicIdentity* identity = identity_in(view_, request_.impu);
    state_.add_challenge(request_.impi,
                         {request_.impu, identity->irs, scscf_of(request_.common, request_.server_name),
                          now + context_.settings.get()->challenge_lifetime, vectors},
                         now);
  }

  ResultCode aka() {
    const auto count = std::clamp<std::uint32_t>(request_.items, 1, context_.settings.get()->max_vectors);
    auto& authentication = state_.authentication(request_.impi);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t sqn = next_sqn(authentication.sqn);
      auto vector = context_.authentication.aka_vector(identity_, sqn);
      if (!vector) return to_result(vector.error().kind);
      authentication.sqn = sqn;
      items_.push_back({identity_.scheme,
                        std::move(vector->rand_autn),
                        std::move(vector->xres),
                        std::move(vector->ck),
                        std::move(vector->ik),
                        {},
                        {}});
    }
    store_challenge(count);
    return result::success;
  }

  /// One item whatever was asked: HA1 is the same each time (TS 29.228, 6.3.1).
  ResultCode digest() {
    auto ha1 = context_.authentication.digest_ha1(identity_);
    if (!ha1) return to_result(ha1.error().kind);
    items_.push_back({identity_.scheme, {}, {}, {}, {}, identity_.digest_realm, std::move(*ha1)});
    store_challenge(1);
    return result::success;
  }

  const MaRequest& request_;
  const ports::View& view_;
  const CxContext& context_;
  const Subscription& subscription_;
  const PrivateIdentity& identity_;
  State state_;
  std::vector<AuthDataItem> items_;
  Offender offender_ = Offender::none;
};

/// A challenge that nobody need answer is not given to an IMPI that is only vouched for, nor to a client that only
/// registers who is vouched for: nothing could rest on it.
bool never_challenged(const MaRequest& request, const ports::View& view) {
  return request.common.speaker.vouching_only || view.subscription->find(request.impi)->way == WayToRegister::delegated;
}

}  // namespace

ports::Outcome<MaAnswer> multimedia_auth(const MaRequest& request, const ports::SubscriberReader& reader,
                                         const CxContext& context) {
  ports::Outcome<MaAnswer> outcome;
  const Gate gate(context, request.common, outcome.events);
  CxVerdict& verdict = outcome.answer.verdict;
  if (features_refused(context, request.common, verdict)) return outcome;
  const AuthorizerName* voucher = request.common.vouching ? &request.common.vouching->authorizer : nullptr;
  const auto view = reader.subject_of(&request.impi, &request.impu, voucher);
  if (!view) {
    verdict.code = to_result(view.error().kind);
    return outcome;
  }
  if (request.common.vouching) {
    const Decision decision =
        gate.ask(request.impi, request.impu, *view, own_claim(request.common), RestsOn::not_asked);
    if (!decision.allowed()) {
      refuse(verdict, decision);
      return outcome;
    }
  }
  if (auto fault = identity_fault(*view, &request.impi)) {  // steps 1 and 2
    verdict.code = *fault;
    return outcome;
  }
  if (never_challenged(request, *view)) {
    refuse(verdict, gate.refused(request.impi, request.impu, Reason::delegation_required));
    return outcome;
  }
  Authentication authentication(request, *view, context);
  verdict.code = authentication.run();
  verdict.offender = authentication.offender();
  if (verdict.code != result::success) return outcome;
  if (request.common.vouching) verdict.delegation_result = Reason::authorized;
  outcome.answer.items = std::move(authentication.items());
  outcome.writes = ports::state_writes(*view, std::move(authentication.state()), context.clock.now());
  return outcome;
}

}  // namespace vouchsafe::cx
