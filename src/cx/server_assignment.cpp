#include "cx/server_assignment.hpp"

#include "cx/deregistration.hpp"
#include "cx/registration.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

using SaOutcome = ports::Outcome<SaAnswer>;

/// What the request did with the vouching that is remembered for its pair.
struct VouchingUse {
  bool used = false;    ///< the registration rests on it
  bool forget = false;  ///< it does not stand any more
};

class Assignment {
 public:
  Assignment(const SaRequest& request, const ports::ServedView& view, const CxContext& context,
             std::optional<ports::RememberedVouching> live, ports::Events& events)
      : request_(request),
        view_(view),
        context_(context),
        live_(std::move(live)),
        events_(events),
        subscription_(*view.subscription),
        state_(subscription_.state) {
    if (!request_.impus.empty()) {
      identity_ = identity_in(view, request_.impus.front());
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
        return deregister(request_, view_, context_, state_);
    }
  }

  SaAnswer& answer() { return answer_; }
  State& state() { return state_; }
  std::vector<OutboxEntry>& terminations() { return terminations_; }
  [[nodiscard]] const VouchingUse& vouching() const { return vouching_; }
  [[nodiscard]] bool changed() const { return !(state_ == subscription_.state); }

 private:
  [[nodiscard]] Scscf here() const { return scscf_of(request_.common, request_.server_name); }
  [[nodiscard]] bool is_the_stored() const {
    return state_.scscf && state_.scscf->is(request_.server_name, request_.common.speaker.host);
  }

  /// 8.1: only MAR overwrites an S-CSCF's name; the one that asks is told who serves.
  ResultCode already_registered() {
    answer_.server_name = state_.scscf->name;
    return result::identity_already_registered;
  }

  ResultCode register_identity() {
    if (!request_.impi || identity_ == nullptr) return result::missing_avp;
    const Pair pair{*request_.impi, request_.impus.front(), identity_->irs};
    RegistrationStep step(request_, view_, context_, events_);
    const ResultCode code = step.run(pair, std::move(live_), state_, answer_);
    if (step.live_fell()) vouching_.forget = true;
    vouching_.used = step.used_live();
    terminations_ = std::move(step.terminations());
    return code == result::success ? describe(pair.impi) : code;
  }

  ResultCode unregistered_user() {
    if (identity_ == nullptr) return result::missing_avp;
    if (state_.scscf && !is_the_stored()) return already_registered();
    if (state_.registered(identity_->irs)) return result::in_assignment_type;
    if (!state_.scscf) state_.scscf = here();
    state_.set_unregistered(identity_->irs);
    if (request_.impi) state_.end_challenges(*request_.impi, request_.impus.front(), here());
    return describe(profile_impi());
  }

  ResultCode no_assignment() {
    if (identity_ == nullptr) return result::missing_avp;
    const bool served = state_.registered(identity_->irs) || state_.registered_unregistered_services(identity_->irs);
    if (!is_the_stored() || !served) return result::unable_to_comply;
    return describe(profile_impi());
  }

  /// 9 and 10: the registration state stays; what was pending is over, with all of its vectors.
  ResultCode authentication_ended() {
    if (!request_.impi || identity_ == nullptr) return result::missing_avp;
    const Impu& impu = request_.impus.front();
    const bool pending =
        state_.challenge(*request_.impi, impu, identity_->irs, here(), context_.clock.now()) != nullptr;
    if (!pending && state_.scscf && !is_the_stored()) return result::unable_to_comply;
    state_.end_challenges(*request_.impi, impu, here());
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
    answer_.allowed = allowed_names(view_.grants, *view_.authorizers, now);
    state_.announced_names = fingerprint(answer_.allowed);
    state_.review_at = next_boundary(view_.grants, *view_.authorizers, now);
  }

  const SaRequest& request_;
  const ports::ServedView& view_;
  const CxContext& context_;
  std::optional<ports::RememberedVouching> live_;
  ports::Events& events_;
  const Subscription& subscription_;
  const PublicIdentity* identity_ = nullptr;
  State state_;
  SaAnswer answer_;
  std::vector<OutboxEntry> terminations_;
  VouchingUse vouching_;
};

bool registers(ServerAssignmentType type) {
  return type == ServerAssignmentType::registration || type == ServerAssignmentType::re_registration;
}

/// What carries a vouching must be able to use one, and is refused before anything is looked up.
bool vouching_makes_no_sense(const SaRequest& request, CxVerdict& verdict) {
  if (!request.common.vouching) return false;
  if (registers(request.type) && request.impi && request.impus.size() == 1) return false;
  verdict.code = result::avp_not_allowed;
  verdict.offender = Offender::delegated_authorization;
  return true;
}

/// A delegated request about a subject that is unknown, or does not fit, gets the answer of one that granted nothing.
bool refused_before_identity(const SaRequest& request, const ports::View& view, const CxContext& context,
                             SaOutcome& outcome) {
  if (!request.common.vouching || belongs_together(view, *request.impi)) return false;
  const Decision decision =
      Gate(context, request.common, outcome.events)
          .ask(*request.impi, request.impus.front(), view, own_claim(request.common), RestsOn::not_asked);
  if (decision.allowed()) return false;
  refuse(outcome.answer.verdict, decision);
  return true;
}

Result<ports::ServedView> look_up(const SaRequest& request, const ports::SubscriberReader& reader,
                                  const std::optional<ports::RememberedVouching>& live) {
  const Impi* impi = request.impi ? &*request.impi : nullptr;
  const Impu* impu = request.impus.empty() ? nullptr : &request.impus.front();
  const AuthorizerName* voucher = nullptr;
  if (request.common.vouching) voucher = &request.common.vouching->authorizer;
  if (live) voucher = &live->vouching.authorizer;
  return is_deregistration(request.type) ? reader.to_deregister(impi, impu) : reader.to_serve(impi, impu, voucher);
}

/// What a request and one that is sent again have in common, and no other has: the Session-Id, the client and the
/// S-CSCF.
std::string registration_of(const SaRequest& request) {
  return request.common.session + '\n' + request.common.speaker.host + '\n' + request.server_name;
}

/// Takes the pair's remembered vouching for this registration.
std::optional<ports::RememberedVouching> claim(const SaRequest& request, const CxContext& context) {
  const bool asks = registers(request.type) && !request.common.vouching && request.impi && request.impus.size() == 1;
  if (!asks) return std::nullopt;
  return context.vouchings.claim(*request.impi, request.impus.front(), registration_of(request));
}

/// Who has left: the IMPI that the request names; where it names none, every one.
ports::VouchingWrites left(const SaRequest& request, const Subscription& subscription) {
  if (request.impi) return {ports::VouchingForgotten{*request.impi}};
  ports::VouchingWrites out;
  for (const auto& identity : subscription.profile.impis) out.emplace_back(ports::VouchingForgotten{identity.impi});
  return out;
}

/// What becomes of the vouching that the request has claimed.
void settle(const SaRequest& request, const VouchingUse& use, ports::VouchingWrites& out) {
  const Impi& impi = *request.impi;
  const Impu& impu = request.impus.front();
  if (use.forget) {
    out.emplace_back(ports::VouchingForgotten{impi, impu});
  } else if (use.used) {
    out.emplace_back(ports::VouchingUsed{impi, impu, registration_of(request)});
  } else {
    out.emplace_back(ports::VouchingReleased{impi, impu, registration_of(request)});
  }
}

/// Steps 1 to 3, and then the type's own. \return what it did with the vouching that it got
VouchingUse run(const SaRequest& request, const ports::ServedView& view, const CxContext& context,
                std::optional<ports::RememberedVouching> live, SaOutcome& outcome) {
  CxVerdict& verdict = outcome.answer.verdict;
  if (refused_before_identity(request, view, context, outcome)) return {};
  if (auto fault = identity_fault(view, request.impi ? &*request.impi : nullptr)) {  // steps 1 and 2
    verdict.code = *fault;
    return {};
  }
  if (request.impus.size() > 1 && !is_deregistration(request.type)) {  // step 3
    verdict.code = result::avp_occurs_too_many_times;
    verdict.offender = Offender::public_identity;
    return {};
  }
  Assignment assignment(request, view, context, std::move(live), outcome.events);
  const ResultCode code = assignment.run();
  const Features features = std::move(verdict.features);
  outcome.answer = std::move(assignment.answer());
  verdict.features = features;
  verdict.code = code;
  if (code == result::missing_avp) verdict.offender = Offender::public_identity;
  if (!code.is_success()) return assignment.vouching();
  if (is_deregistration(request.type)) outcome.vouchings = left(request, *view.subscription);
  if (assignment.changed()) {
    outcome.writes = ports::state_writes(view, std::move(assignment.state()), context.clock.now());
    for (auto& rtr : assignment.terminations()) outcome.writes.emplace_back(ports::OutboxAddition{std::move(rtr)});
  }
  return assignment.vouching();
}

}  // namespace

SaOutcome server_assignment(const SaRequest& request, const ports::SubscriberReader& reader, const CxContext& context) {
  SaOutcome outcome;
  CxVerdict& verdict = outcome.answer.verdict;
  if (features_refused(context, request.common, verdict)) return outcome;
  if (vouching_makes_no_sense(request, verdict)) return outcome;
  if (!request.impi && request.impus.empty()) {
    verdict.code = result::missing_avp;
    verdict.offender = Offender::public_identity;
    return outcome;
  }
  auto live = claim(request, context);
  const bool claimed = live.has_value();
  const auto view = look_up(request, reader, live);
  VouchingUse use;
  if (view) {
    use = run(request, *view, context, std::move(live), outcome);
  } else {
    verdict.code = to_result(view.error().kind);
  }
  if (claimed) settle(request, use, outcome.vouchings);
  return outcome;
}

void abandon(const SaRequest& request, const CxContext& context) {
  if (!request.impi || request.impus.empty()) return;
  (void)context.vouchings.apply(
      {ports::VouchingReleased{*request.impi, request.impus.front(), registration_of(request)}});
}

}  // namespace vouchsafe::cx
