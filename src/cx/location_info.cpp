#include "cx/location_info.hpp"

#include "cx/gate.hpp"

namespace vouchsafe::cx {
namespace {

/// Step 2 for an IMPU that is not registered: an S-CSCF serves it only when it has services in that state.
void answer_unregistered(const LiRequest& request, const ports::ServedView& view, const PublicIdentity& identity,
                         const CxContext& context, LiAnswer& answer) {
  if (!request.originating) {
    const auto services = context.profiles.has_unregistered_services(view, identity);
    if (!services) {
      answer.verdict.code = to_result(services.error().kind);
      return;
    }
    if (!*services) {
      answer.verdict.code = result::identity_not_registered;
      return;
    }
  }
  answer.verdict.code = result::unregistered_service;
  const Subscription& subscription = *view.subscription;
  if (subscription.state.scscf) {
    answer.server_name = subscription.state.scscf->name;
  } else {
    answer.capabilities = subscription.profile.capabilities;
  }
}

LiAnswer answer_to(const LiRequest& request, const ports::SubscriberReader& reader, const CxContext& context) {
  LiAnswer answer;
  if (request.common.vouching) {  // nobody is vouched for by a question of where somebody is
    answer.verdict.code = result::avp_not_allowed;
    answer.verdict.offender = Offender::delegated_authorization;
    return answer;
  }
  if (features_refused(context, request.common, answer.verdict)) return answer;
  const auto view = reader.to_locate(request.impu);
  if (!view) {
    answer.verdict.code = to_result(view.error().kind);
    return answer;
  }
  if (auto fault = identity_fault(*view, nullptr)) {  // step 1
    answer.verdict.code = *fault;
    return answer;
  }
  answer.wildcarded = view->matched_wildcard;
  const Subscription& subscription = *view->subscription;
  const PublicIdentity* identity = identity_in(*view, request.impu);
  if (identity->psi == PublicIdentity::Psi::inactive) {  // an inactive PSI is answered as one that is not there
    answer.verdict.code = result::user_unknown;
    return answer;
  }
  const State& state = subscription.state;
  const bool served = state.registered(identity->irs) || state.registered_unregistered_services(identity->irs);
  if (request.capabilities_wanted) {  // the I-CSCF wants another S-CSCF (IMS restoration)
    answer.verdict.code = result::success;
    answer.capabilities = subscription.profile.capabilities;
  } else if (served && state.scscf) {
    answer.verdict.code = result::success;
    answer.server_name = state.scscf->name;
  } else {
    answer_unregistered(request, *view, *identity, context, answer);
  }
  return answer;
}

}  // namespace

ports::Outcome<LiAnswer> location_info(const LiRequest& request, const ports::SubscriberReader& reader,
                                       const CxContext& context) {
  return {answer_to(request, reader, context)};
}

}  // namespace vouchsafe::cx
