#include "domain/decide.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

bool covers_wwsf(const Grant& grant, const Vouching& vouching) {
  if (grant.wwsf.empty()) return true;
  return vouching.wwsf && std::find(grant.wwsf.begin(), grant.wwsf.end(), *vouching.wwsf) != grant.wwsf.end();
}

/// How far the grants carry: the furthest of checks 6 and 7 that any of them reaches.
struct GrantFinding {
  Reason reason = Reason::not_granted;
  std::optional<Time> until;
};

/// Among refusals, the one nearest to a yes is told: it is what the subscriber or the operator can mend.
int nearness(Reason reason) {
  switch (reason) {
    case Reason::authorized:
      return 4;
    case Reason::wwsf_not_granted:
      return 3;
    case Reason::grant_not_yet_valid:
      return 2;
    case Reason::grant_expired:
      return 1;
    default:
      return 0;
  }
}

Reason judge(const Grant& grant, const Vouching& vouching, Time now) {
  if (grant.not_before && now < *grant.not_before) return Reason::grant_not_yet_valid;
  if (grant.not_after && now >= *grant.not_after) return Reason::grant_expired;
  return covers_wwsf(grant, vouching) ? Reason::authorized : Reason::wwsf_not_granted;
}

GrantFinding search(const Question& q, Time now) {
  GrantFinding best;
  for (const auto& [grant, state] : q.grants) {
    if (grant.authorizer != q.vouching->authorizer || !grant.covers(*q.impi, *q.impu)) continue;
    const Reason reason = judge(grant, *q.vouching, now);
    const bool longer = reason == best.reason && best.until && (!grant.not_after || *grant.not_after > *best.until);
    if (nearness(reason) > nearness(best.reason) || longer) best = {reason, grant.not_after};
  }
  return best;
}

/// Collects failed checks: a monitored one is noted, the first enforced one ends the decision.
class Verdict {
 public:
  Verdict(const Question& question, const Policy& policy) : question_(question), policy_(policy) {}

  /// \return true when the decision ends here
  bool fails(Reason reason) {
    const std::string_view authorizer =
        question_.vouching != nullptr ? question_.vouching->authorizer.text() : std::string_view{};
    if (policy_.monitored(reason, question_.relay, question_.scscf, authorizer)) {
      if (!decision_.monitored) decision_.monitored = reason;
      return false;
    }
    decision_.reason = reason;
    return true;
  }
  Decision& decision() { return decision_; }

 private:
  const Question& question_;
  const Policy& policy_;
  Decision decision_;
};

/// Checks 3 and 4.
bool authorizer_fails(const Question& q, Verdict& verdict) {
  if (q.authorizer == nullptr) return verdict.fails(Reason::authorizer_unknown);
  return q.authorizer->state != Authorizer::State::active && verdict.fails(Reason::authorizer_suspended);
}

/// Checks 6 and 7.
Decision& judge_grants(const Question& q, Verdict& verdict, Time now) {
  const GrantFinding finding = search(q, now);
  if (finding.reason != Reason::authorized && verdict.fails(finding.reason)) return verdict.decision();
  verdict.decision().until = finding.reason == Reason::authorized ? finding.until : std::nullopt;
  return verdict.decision();
}

/// Checks 2 to 5: who speaks, before what the subscriber said.
bool speaker_fails(const Question& q, const Policy& policy, const Relay* relay, Verdict& verdict) {
  if (!q.remembered && relay == nullptr && verdict.fails(Reason::relay_not_trusted)) return true;
  if (authorizer_fails(q, verdict)) return true;
  // No verifier stands here: where policy asks for a token, none can satisfy it.
  const bool token_required = policy.token_required || (q.authorizer != nullptr && q.authorizer->token_required);
  return token_required && verdict.fails(Reason::token_required);
}

}  // namespace

Decision decide(const Question& q, const Policy& policy, Time now) {
  Verdict verdict(q, policy);
  const Relay* relay = policy.relay(q.relay);
  const bool must_vouch = q.vouching == nullptr && relay != nullptr && relay->vouching_only;
  if ((must_vouch || q.footing == Footing::nothing) && verdict.fails(Reason::delegation_required))
    return verdict.decision();
  if (q.vouching == nullptr) return verdict.decision();

  if (speaker_fails(q, policy, relay, verdict)) return verdict.decision();
  return judge_grants(q, verdict, now);
}

Decision decide_standing(const Question& q, const Policy& policy, Time now) {
  Verdict verdict(q, policy);
  // Without any grant the registry was not asked: what fails then is check 6.
  if (q.authorizer != nullptr && authorizer_fails(q, verdict)) return verdict.decision();
  return judge_grants(q, verdict, now);
}

}  // namespace vouchsafe
