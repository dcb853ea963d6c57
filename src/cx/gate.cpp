#include "cx/gate.hpp"

namespace vouchsafe::cx {

Decision Gate::ask(const Impi& impi, const Impu& impu, const ports::View& view, const Claim& claim,
                   Footing footing) const {
  Question question;
  question.relay = claim.relay;
  question.scscf = scscf_;
  question.impi = &impi;
  question.impu = &impu;
  question.vouching = claim.vouching;
  question.authorizer = view.authorizer ? &*view.authorizer : nullptr;
  question.footing = footing;
  question.remembered = claim.remembered;
  if (claim.vouching != nullptr && belongs_together(view, impi)) question.grants = view.grants;
  const Decision decision = decide(question, context_.settings.get().policy, context_.clock.now());
  if (claim.vouching != nullptr || !decision.allowed() || decision.monitored) {
    context_.decisions.decided({command_, question, decision});
  }
  return decision;
}

bool belongs_together(const ports::View& view, const Impi& impi) {
  return view.subscription && view.impu_known && view.subscription->find(impi) != nullptr;
}

std::optional<ResultCode> identity_fault(const ports::View& view, const Impi* impi) {
  if (!view.subscription || (impi != nullptr && !view.impi_known)) return result::user_unknown;
  if (impi != nullptr && view.subscription->find(*impi) == nullptr) return result::identities_dont_match;
  return std::nullopt;
}

void refuse(Verdict& verdict, const Decision& decision) {
  verdict.code = result::authorization_rejected;
  verdict.delegation_result = decision.reason;
}

bool features_refused(const Context& context, const Common& common, Verdict& verdict) {
  if (!negotiate(common.features, context.supported, verdict.features)) return false;
  verdict.code = result::feature_unsupported;
  return true;
}

}  // namespace vouchsafe::cx
