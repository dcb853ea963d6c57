#include "cx/user_authorization.hpp"

#include "cx/gate.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

using UaOutcome = ports::Outcome<UaAnswer>;

bool roaming_allowed(const Profile& profile, std::string_view visited) {
  return std::any_of(profile.visited_networks.begin(), profile.visited_networks.end(),
                     [&](const std::string& allowed) { return allowed == "*" || allowed == visited; });
}

std::optional<Capabilities> capabilities_of(const Profile& profile) {
  if (profile.capabilities.mandatory.empty() && profile.capabilities.optional.empty()) return std::nullopt;
  return profile.capabilities;
}

/// 6.1.1.1, step 3 and the checks of step 4.
std::optional<ResultCode> not_allowed(const UaRequest& request, const Subscription& subscription,
                                      const PublicIdentity& identity) {
  if (request.emergency) return std::nullopt;
  if (identity.barred && subscription.all_barred(identity.irs)) return result::authorization_rejected;
  if (request.type != UserAuthorizationType::de_registration &&
      !roaming_allowed(subscription.profile, request.visited_network)) {
    return result::roaming_not_allowed;
  }
  return std::nullopt;
}

/// 6.1.1.1, step 4 (capabilities) and step 5: the answer by the state. One S-CSCF serves the whole subscription, so a
/// name stored for another IMPU, or while an authentication is pending, counts.
void answer_by_state(const UaRequest& request, const Subscription& subscription, Time now, UaAnswer& answer) {
  if (request.type == UserAuthorizationType::registration_and_capabilities) {
    answer.verdict.code = result::success;
    answer.capabilities = capabilities_of(subscription.profile);
    return;
  }
  const bool leaving = request.type == UserAuthorizationType::de_registration;
  if (const Scscf* scscf = subscription.state.stored(now)) {
    answer.server_name = scscf->name;
    answer.verdict.code = leaving ? result::success : result::subsequent_registration;
    return;
  }
  if (leaving) {
    answer.verdict.code = result::identity_not_registered;
    return;
  }
  answer.verdict.code = result::first_registration;
  answer.capabilities = capabilities_of(subscription.profile);
}

/// The decision on the request's own vouching, else on one that is remembered for the pair. A remembered one that does
/// not stand any more is forgotten, and the request decided as if it had never been: it may be another one's, of a user
/// who authenticates.
Decision decide_on(const UaRequest& request, const std::optional<ports::RememberedVouching>& live,
                   const ports::View& view, const CxContext& context, UaOutcome& outcome) {
  const Gate gate(context, request.common, outcome.events);
  if (!request.common.vouching && live) {
    Decision decision = gate.ask(request.impi, request.impu, view, claim_of(*live), RestsOn::not_asked);
    if (decision.allowed()) return decision;
    outcome.vouchings.emplace_back(ports::VouchingForgotten{request.impi, request.impu});
  }
  return gate.ask(request.impi, request.impu, view, own_claim(request.common), RestsOn::not_asked);
}

/// What is kept of the request's vouching, for the requests that follow: not the token, but what it proved.
ports::RememberedVouching remembered(const UaRequest& request, const std::string& scscf, const Decision& decision) {
  Vouching vouching{request.common.vouching->authorizer, request.common.vouching->wwsf, {}};
  ports::RememberedVouching out{std::move(vouching), request.common.speaker.host, scscf, request.emergency,
                                decision.evidence};
  for (const auto& row : reason_rows) {
    if (row.check == 5 && decision.let_pass.has(row.reason)) out.let_pass.add(row.reason);
  }
  return out;
}

/// A vouching for an emergency registration serves that alone (TS 23.167).
std::optional<ports::RememberedVouching> remembered_for(const UaRequest& request, const CxContext& context) {
  if (request.common.vouching) return std::nullopt;
  auto live = context.vouchings.find(request.impi, request.impu);
  if (live && live->emergency && !request.emergency) return std::nullopt;
  return live;
}

}  // namespace

UaOutcome user_authorization(const UaRequest& request, const ports::SubscriberReader& reader,
                             const CxContext& context) {
  UaOutcome outcome;
  UaAnswer& answer = outcome.answer;
  if (features_refused(context, request.common, answer.verdict)) return outcome;

  const auto live = remembered_for(request, context);
  const AuthorizerName* voucher = nullptr;
  if (request.common.vouching) voucher = &request.common.vouching->authorizer;
  if (live) voucher = &live->vouching.authorizer;
  const auto view = reader.subject_of(&request.impi, &request.impu, voucher);
  if (!view) {
    answer.verdict.code = to_result(view.error().kind);
    return outcome;
  }

  const Decision decision = decide_on(request, live, *view, context, outcome);
  if (!decision.allowed()) {
    refuse(answer.verdict, decision);
    return outcome;
  }
  if (auto fault = identity_fault(*view, &request.impi)) {  // steps 1 and 2
    answer.verdict.code = *fault;
    return outcome;
  }
  if (auto fault = not_allowed(request, *view->subscription, *identity_in(*view, request.impu))) {
    answer.verdict.code = *fault;
    return outcome;
  }
  answer_by_state(request, *view->subscription, context.clock.now(), answer);
  if (!request.common.vouching || !answer.verdict.code.is_success()) return outcome;
  answer.verdict.delegation_result = Reason::authorized;
  answer.verdict.delegation_expiry = decision.until;
  if (request.type != UserAuthorizationType::de_registration) {
    outcome.vouchings.emplace_back(
        ports::VouchingRemembered{request.impi, request.impu, remembered(request, answer.server_name, decision)});
  }
  return outcome;
}

}  // namespace vouchsafe::cx
