#include "cx/gate.hpp"

namespace vouchsafe::cx {
namespace {

/// The token that a request brings, for when it is asked about.
class BroughtToken : public TokenProof {
 public:
  BroughtToken(ports::TokenChecker& checker, const TokenPolicy& policy, Time now, const ports::ShownToken* shown)
      : checker_(checker), policy_(policy), now_(now), shown_(shown) {}
  [[nodiscard]] TokenVerdict prove() const override { return checker_.check(*shown_, policy_, now_); }

 private:
  ports::TokenChecker& checker_;
  const TokenPolicy& policy_;
  Time now_;
  const ports::ShownToken* shown_;
};

}  // namespace

/// Check 8, which is asked last: what is refused by another one takes nobody's share.
void Gate::throttle(Decision& decision, const Question& question, const Policy& policy) const {
  if (question.vouching == nullptr || !decision.allowed()) return;
  if (context_.throttles.admits(question.vouching->authorizer.text(), question.client, decision.evidence)) return;
  if (!policy.monitored(Reason::throttled, question.client, question.roles)) {
    decision.reason = Reason::throttled;
  } else if (!decision.monitored) {
    // The registration is not marked: that there were many at once says nothing of it later.
    decision.monitored = Reason::throttled;
  }
}

Decision Gate::ask(const Impi& impi, const Impu& impu, const ports::View& view, const Claim& claim,
                   RestsOn rests_on) const {
  Question question;
  question.client = claim.vouching != nullptr ? claim.client : std::string_view(common_.speaker.host);
  const auto settings = context_.settings.get();
  const Policy& policy = settings->policy;
  question.roles = claim.remembered ? policy.roles_of(claim.client) : common_.speaker.roles;
  question.vouching_only = common_.speaker.vouching_only;
  question.impi = &impi;
  question.impu = &impu;
  question.vouching = claim.vouching;
  question.rests_on = rests_on;
  question.evidence = claim.evidence;
  std::vector<const Impu*> set;
  if (claim.vouching != nullptr) {
    question.authorizer = view.authorizers ? view.authorizers->find(claim.vouching->authorizer) : nullptr;
    if (belongs_together(view, impi)) {
      question.grants = view.grants;
      question.way = view.subscription->find(impi)->way;
      if (const auto* identity = identity_in(view, impu)) set = view.subscription->unbarred(identity->irs);
      question.set = set;
    }
  }
  const Time now = context_.clock.now();
  std::optional<ports::ShownToken> shown;
  if (claim.vouching != nullptr && claim.vouching->token && question.authorizer != nullptr) {
    shown.emplace(ports::ShownToken{*claim.vouching->token, *claim.vouching, *question.authorizer, impi, impu,
                                    question.client, common_.session});
  }
  const BroughtToken proof(context_.tokens, policy.tokens, now, shown ? &*shown : nullptr);
  if (shown) question.proof = &proof;
  Decision decision = decide(question, policy, now);
  if (decision.busy) return decision;  // nothing was decided: there is nothing to tell
  if (!claim.remembered) throttle(decision, question, policy);
  if (claim.vouching != nullptr || !decision.allowed() || decision.monitored) {
    decided(impi, impu, claim.vouching != nullptr ? claim.vouching->authorizer.text() : std::string{}, decision,
            claim.remembered);
  }
  return decision;
}

Decision Gate::refused(const Impi& impi, const Impu& impu, Reason reason) const {
  Decision decision;
  decision.reason = reason;
  decided(impi, impu, {}, decision);
  return decision;
}

const PublicIdentity* identity_in(const ports::View& view, const Impu& impu) {
  return view.subscription->find(view.matched_wildcard ? *view.matched_wildcard : impu);
}

bool belongs_together(const ports::View& view, const Impi& impi) {
  return view.subscription && view.impu_known && view.subscription->find(impi) != nullptr;
}

std::optional<ResultCode> identity_fault(const ports::View& view, const Impi* impi) {
  if (!view.subscription || (impi != nullptr && !view.impi_known)) return result::user_unknown;
  if (impi != nullptr && view.subscription->find(*impi) == nullptr) return result::identities_dont_match;
  return std::nullopt;
}

void refuse(CxVerdict& verdict, const Decision& decision) {
  if (decision.busy) {
    verdict.code = result::too_busy;
    return;
  }
  verdict.code = result::authorization_rejected;
  verdict.delegation_result = decision.reason;
}

bool features_refused(const CxContext& context, const CxCommon& common, CxVerdict& verdict) {
  if (!negotiate(common.features, context.supported, verdict.features)) return false;
  verdict.code = result::feature_unsupported;
  return true;
}

}  // namespace vouchsafe::cx
