#include "cx/server_assignment.hpp"

#include "cx/deregistration.hpp"
#include "cx/footing.hpp"
#include "cx/gate.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

class Procedure {
 public:
  Procedure(const SaRequest& request, const ports::View& view, const Context& context,
            std::optional<ports::RememberedVouching> live)
      : request_(request),
        view_(view),
        context_(context),
        live_(std::move(live)),
        subscription_(*view.subscription),
        state_(subscription_.state) {
    if (!request_.impus.empty()) {
      identity_ = subscription_.find(view.matched_wildcard ? *view.matched_wildcard : request_.impus.front());
    }
  }

  /// Step 4 of 6.1.2.1, by the type.
  ResultCode run() {
    switch (request_.type) {
      case ServerAssignmentType::registration:
      case ServerAssignmentType::re_registration:
        return register_identity();
      case ServerAssignmentType::unregistered_user:
        return unregistered_user();
      case ServerAssignmentType::no_assignment:
        return no_assignment();
      case ServerAssignmentType::authentication_failure:
      case ServerAssignmentType::authentication_timeout:
        return authentication_ended();
      default:
        return deregister(request_, view_, context_.profiles, state_);
    }
  }

  SaAnswer& answer() { return answer_; }
  State& state() { return state_; }
  [[nodiscard]] bool changed() const { return !(state_ == subscription_.state); }

 private:
  [[nodiscard]] bool another_scscf_stored() const { return state_.scscf && state_.scscf->name != request_.server_name; }

  /// 8.1: only MAR overwrites an S-CSCF's name; the one that asks is told who serves.
  ResultCode already_registered() {
    answer_.server_name = state_.scscf->name;
    return result::identity_already_registered;
  }

  void take_scscf() {
    if (state_.scscf) return;
    state_.scscf = Scscf{request_.server_name, request_.common.origin_host, request_.common.origin_realm};
  }

  ResultCode register_identity() {
    if (!request_.impi || identity_ == nullptr) return result::missing_avp;
    const Impi& impi = *request_.impi;
    const Impu& impu = request_.impus.front();
    const Foothold foothold = foothold_of(request_, impi, impu, identity_->irs, subscription_, live_);
    if (auto refused = decide_on(foothold, impi, impu)) return *refused;
    if (another_scscf_stored()) return already_registered();
    take_scscf();
    record(foothold, impi, impu);
    return describe(impi);
  }

  std::optional<ResultCode> decide_on(const Foothold& foothold, const Impi& impi, const Impu& impu) {
    Claim claim{nullptr, request_.common.origin_host, false};
    if (foothold.vouching) claim = {&foothold.vouching->vouching, foothold.vouching->relay, foothold.remembered};
    const Decision decision =
        Gate(context_, "SAR", request_.server_name).ask(impi, impu, view_, claim, foothold.footing);
    if (!decision.allowed()) {
      refuse(answer_.verdict, decision);
      return answer_.verdict.code;
    }
    if (foothold.vouching) {
      answer_.verdict.delegation_result = Reason::authorized;
      answer_.verdict.delegation_expiry = decision.until;
    }
    return std::nullopt;
  }

  void record(const Foothold& foothold, const Impi& impi, const Impu& impu) {
    const Registration* before = state_.find(impi, identity_->irs);
    Provenance provenance;
    provenance.kind = foothold.kind;
    if (foothold.vouching) {
      const auto& [vouching, relay] = *foothold.vouching;
      provenance.authorizer = vouching.authorizer.text();
      provenance.wwsf = vouching.wwsf ? vouching.wwsf->text() : std::string{};
      provenance.relay = relay;
    }
    // A registration that goes on as it was keeps its time: then a re-registration writes nothing.
    provenance.since = before != nullptr ? before->provenance.since : context_.clock.now();
    if (before != nullptr && !(before->provenance == provenance)) provenance.since = context_.clock.now();
    const Impu& explicit_impu = before != nullptr ? before->impu : impu;
    state_.register_set({impi, identity_->irs, explicit_impu, std::move(provenance)});
    state_.clear_pending(impi, impu);
    if (foothold.vouching && state_.unused_vectors(impi) > 0) state_.authentication(impi).unused_vectors = 0;
    if (foothold.uses_vector) {
      auto& vectors = state_.authentication(impi).unused_vectors;
      vectors -= std::min<std::uint32_t>(vectors, 1);
    }
  }

  ResultCode unregistered_user() {
    if (identity_ == nullptr) return result::missing_avp;
    if (another_scscf_stored()) return already_registered();
    if (state_.registered(identity_->irs)) return result::in_assignment_type;
    take_scscf();
    state_.set_unregistered(identity_->irs);
    if (request_.impi) state_.clear_pending(*request_.impi, request_.impus.front());
    return describe(profile_impi());
  }

  ResultCode no_assignment() {
    if (identity_ == nullptr) return result::missing_avp;
    const bool assigned = state_.scscf && state_.scscf->name == request_.server_name;
    const bool served = state_.registered(identity_->irs) || state_.registered_unregistered_services(identity_->irs);
    if (!assigned || !served) return result::unable_to_comply;
    return describe(profile_impi());
  }

  /// 9 and 10: the registration state stays; what was pending is not any more, and its vector is used up.
  ResultCode authentication_ended() {
    if (!request_.impi || request_.impus.empty()) return result::missing_avp;
    if (another_scscf_stored()) return result::unable_to_comply;
    state_.clear_pending(*request_.impi, request_.impus.front());
    auto& vectors = state_.authentication(*request_.impi).unused_vectors;
    vectors -= std::min<std::uint32_t>(vectors, 1);
    state_.release_scscf_if_idle();
    return result::success;
  }

  [[nodiscard]] const Impi& profile_impi() const {
    return request_.impi ? *request_.impi : subscription_.profile.impis.front().impi;
  }

  /// What the S-CSCF learns: profile, charging, the subscription's other IMPIs, and who may vouch (R12, 6.6).
  ResultCode describe(const Impi& impi) {
    if (!request_.user_data_available) {
      const bool shared = offers(request_.common.features, vendor_3gpp, 1, feature_shared_ifc);
      auto xml = context_.profiles.user_data(view_, impi, identity_->irs, shared);
      if (!xml) return to_result(xml.error().kind);
      answer_.user_data = std::move(*xml);
    }
    answer_.impi = impi;
    answer_.charging = subscription_.profile.charging;
    for (const auto& other : subscription_.profile.impis) {
      if (other.impi != impi) answer_.associated.push_back(other.impi);
    }
    tell_names();
    answer_.wildcarded = view_.matched_wildcard;
    return result::success;
  }

  /// What the S-CSCF knows from now on, and when that is to be looked at again.
  void tell_names() {
    const Time now = context_.clock.now();
    answer_.allowed = allowed_names(view_.grants, now);
    state_.told = fingerprint(answer_.allowed);
    state_.review_at = next_boundary(view_.grants, now);
  }

  const SaRequest& request_;
  const ports::View& view_;
  const Context& context_;
  std::optional<ports::RememberedVouching> live_;
  const Subscription& subscription_;
  const PublicIdentity* identity_ = nullptr;
  State state_;
  SaAnswer answer_;
};

bool registers(ServerAssignmentType type) {
  return type == ServerAssignmentType::registration || type == ServerAssignmentType::re_registration;
}

/// A delegated request about a subject that is unknown, or does not fit, gets the answer of one that granted nothing.
bool refused_before_identity(const SaRequest& request, const ports::View& view, const Context& context,
                             Verdict& verdict) {
  if (!request.common.vouching || !request.impi || request.impus.empty() || belongs_together(view, *request.impi))
    return false;
  const Claim claim{&*request.common.vouching, request.common.origin_host, false};
  const Decision decision = Gate(context, "SAR", request.server_name)
                                .ask(*request.impi, request.impus.front(), view, claim, Footing::not_asked);
  if (decision.allowed()) return false;
  refuse(verdict, decision);
  return true;
}

/// The name of the authorizer that the registry is asked about: one that speaks now, or that the registration rests on.
Result<ports::View> look_up(const SaRequest& request, const ports::SubscriberReader& reader,
                            const std::optional<ports::RememberedVouching>& live) {
  const Impi* impi = request.impi ? &*request.impi : nullptr;
  const Impu* impu = request.impus.empty() ? nullptr : &request.impus.front();
  const AuthorizerName* authorizer = nullptr;
  if (request.common.vouching) authorizer = &request.common.vouching->authorizer;
  if (authorizer == nullptr && live) authorizer = &live->vouching.authorizer;
  const bool describes = !is_deregistration(request.type);
  auto view = reader.find({impi, impu, authorizer, describes, true});
  if (!view || authorizer != nullptr || !registers(request.type) || !view->subscription || impi == nullptr) return view;
  for (const auto& registration : view->subscription->state.registrations) {
    if (registration.impi != *impi || registration.provenance.kind != Provenance::Kind::vouched) continue;
    const auto name = AuthorizerName::trusted(registration.provenance.authorizer);
    return reader.find({impi, impu, &name, true, true});
  }
  return view;
}

}  // namespace

SaOutcome server_assignment(const SaRequest& request, const ports::SubscriberReader& reader, const Context& context) {
  SaOutcome outcome;
  Verdict& verdict = outcome.answer.verdict;
  if (features_refused(context, request.common, verdict)) return outcome;
  if (!request.impi && request.impus.empty()) {
    verdict.code = result::missing_avp;
    verdict.offender = Offender::public_identity;
    return outcome;
  }
  std::optional<ports::RememberedVouching> live;
  if (registers(request.type) && !request.common.vouching && request.impi && !request.impus.empty()) {
    live = context.memory.find(*request.impi, request.impus.front());
  }
  const auto view = look_up(request, reader, live);
  if (!view) {
    verdict.code = to_result(view.error().kind);
    return outcome;
  }
  if (refused_before_identity(request, *view, context, verdict)) return outcome;
  if (auto fault = identity_fault(*view, request.impi ? &*request.impi : nullptr)) {  // steps 1 and 2
    verdict.code = *fault;
    return outcome;
  }
  if (request.impus.size() > 1 && !is_deregistration(request.type)) {  // step 3
    verdict.code = result::avp_occurs_too_many_times;
    verdict.offender = Offender::public_identity;
    return outcome;
  }
  Procedure procedure(request, *view, context, std::move(live));
  const ResultCode code = procedure.run();
  const Features features = std::move(verdict.features);
  outcome.answer = std::move(procedure.answer());
  verdict.features = features;
  verdict.code = code;
  if (code == result::missing_avp) verdict.offender = Offender::public_identity;
  const bool success = code.code / 1000 == 2;
  if (success && procedure.changed()) {
    outcome.writes = ports::state_writes(*view, std::move(procedure.state()), context.clock.now());
  }
  return outcome;
}

}  // namespace vouchsafe::cx
