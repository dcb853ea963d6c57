#include "cx/user_authorization.hpp"

#include "cx/gate.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

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
void answer_by_state(const UaRequest& request, const Subscription& subscription, UaAnswer& answer) {
  if (request.type == UserAuthorizationType::registration_and_capabilities) {
    answer.verdict.code = result::success;
    answer.capabilities = capabilities_of(subscription.profile);
    return;
  }
  const bool leaving = request.type == UserAuthorizationType::de_registration;
  if (subscription.state.scscf) {
    answer.server_name = subscription.state.scscf->name;
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

/// Who vouches: the request's own AVP, else a vouching remembered for the pair.
Claim claim_of(const UaRequest& request, const std::optional<ports::RememberedVouching>& live) {
  if (request.common.vouching) return {&*request.common.vouching, request.common.origin_host, false};
  if (live) return {&live->vouching, live->relay, true};
  return {nullptr, request.common.origin_host, false};
}

const PublicIdentity* identity_of(const UaRequest& request, const ports::View& view) {
  return view.matched_wildcard ? view.subscription->find(*view.matched_wildcard)
                               : view.subscription->find(request.impu);
}

/// Keeps an allowed vouching, unless the request is about leaving. When it cannot be kept the relay must not count on
/// it.
bool remember(const UaRequest& request, const Context& context, UaAnswer& answer) {
  if (request.type == UserAuthorizationType::de_registration) return true;
  const auto kept =
      context.memory.remember(request.impi, request.impu, {*request.common.vouching, request.common.origin_host});
  if (kept) return true;
  answer = UaAnswer{};
  answer.verdict.code = to_result(kept.error().kind);
  return false;
}

}  // namespace

UaAnswer user_authorization(const UaRequest& request, const ports::SubscriberReader& reader, const Context& context) {
  UaAnswer answer;
  if (features_refused(context, request.common, answer.verdict)) return answer;

  std::optional<ports::RememberedVouching> live;
  if (!request.common.vouching) live = context.memory.find(request.impi, request.impu);
  const Claim claim = claim_of(request, live);
  const AuthorizerName* authorizer = claim.vouching != nullptr ? &claim.vouching->authorizer : nullptr;
  const auto view = reader.find({&request.impi, &request.impu, authorizer, authorizer != nullptr, false});
  if (!view) {
    answer.verdict.code = to_result(view.error().kind);
    return answer;
  }

  const Decision decision = Gate(context, "UAR", {}).ask(request.impi, request.impu, *view, claim, Footing::not_asked);
  if (!decision.allowed()) {
    if (claim.remembered) context.memory.forget(request.impi);
    refuse(answer.verdict, decision);
    return answer;
  }
  if (auto fault = identity_fault(*view, &request.impi)) {  // steps 1 and 2
    answer.verdict.code = *fault;
    return answer;
  }
  const PublicIdentity* identity = identity_of(request, *view);
  if (auto fault = not_allowed(request, *view->subscription, *identity)) {
    answer.verdict.code = *fault;
    return answer;
  }
  answer_by_state(request, *view->subscription, answer);
  const bool success = answer.verdict.code.code / 1000 == 2;
  if (!request.common.vouching || !success) return answer;
  if (!remember(request, context, answer)) return answer;
  answer.verdict.delegation_result = Reason::authorized;
  answer.verdict.delegation_expiry = decision.until;
  return answer;
}

}  // namespace vouchsafe::cx
