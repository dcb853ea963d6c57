#include "domain/decide.hpp"

#include <algorithm>
#include <cassert>

namespace vouchsafe {
namespace {

bool covers_wwsf(const Grant& grant, const Vouching& vouching) {
  if (grant.wwsf.empty()) return true;
  return vouching.wwsf && std::find(grant.wwsf.begin(), grant.wwsf.end(), *vouching.wwsf) != grant.wwsf.end();
}

/// How far the grants carry: the furthest of checks 6 and 7 that any of them reaches.
struct GrantFinding {
  Reason reason = Reason::not_granted;
  std::optional<Time> until{};
  const Impu* uncovered = nullptr;
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

GrantFinding search(const Question& q, const Impu& impu, Time now) {
  GrantFinding best;
  for (const auto& [grant, state] : q.grants) {
    if (grant.authorizer != q.vouching->authorizer || !grant.covers(*q.impi, impu)) continue;
    const Reason reason = judge(grant, *q.vouching, now);
    const bool longer = reason == best.reason && best.until && (!grant.not_after || *grant.not_after > *best.until);
    if (nearness(reason) > nearness(best.reason) || longer) best = {reason, grant.not_after};
  }
  if (best.reason != Reason::authorized) best.uncovered = &impu;
  return best;
}

/// The IMPU that is asked about and everything that is registered with it must be covered: the first that is not
/// decides, and the first grant to end ends it all.
GrantFinding search_set(const Question& q, Time now) {
  GrantFinding all = search(q, *q.impu, now);
  for (const Impu* impu : q.set) {
    if (all.reason != Reason::authorized) return all;
    if (*impu == *q.impu) continue;
    const GrantFinding one = search(q, *impu, now);
    if (one.reason != Reason::authorized) return one;
    if (one.until && (!all.until || *one.until < *all.until)) all.until = one.until;
  }
  return all;
}

/// Collects failed checks: a monitored one is noted, the first enforced one ends the decision.
class Verdict {
 public:
  Verdict(const Question& question, const Policy& policy) : question_(question), policy_(policy) {}

  /// \return true when the decision ends here
  bool ends_with(Reason reason) {
    if (policy_.monitored(reason, question_.client, question_.roles)) {
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
bool ends_at_authorizer(const Question& q, Verdict& verdict) {
  const bool known = q.authorizer != nullptr && q.authorizer->name == q.vouching->authorizer;
  if (!known) return verdict.ends_with(Reason::authorizer_unknown);
  return q.authorizer->state != Authorizer::State::active && verdict.ends_with(Reason::authorizer_suspended);
}

/// Checks 6 and 7, and then whether the IMPI can be vouched for at all.
Decision& judge_grants(const Question& q, Verdict& verdict, Time now) {
  const GrantFinding finding = search_set(q, now);
  Decision& decision = verdict.decision();
  if (finding.uncovered != nullptr) decision.uncovered = finding.uncovered->text();
  if (finding.reason != Reason::authorized && verdict.ends_with(finding.reason)) return decision;
  if (q.way == WayToRegister::direct && verdict.ends_with(Reason::delegation_not_allowed)) return decision;
  decision.until = finding.reason == Reason::authorized ? finding.until : std::nullopt;
  return decision;
}

/// Checks 2 to 5: who speaks, before what the subscriber said.
bool ends_at_speaker(const Question& q, const Policy& policy, Verdict& verdict) {
  if (!q.remembered && !q.roles.has(Role::ep_cscf) && verdict.ends_with(Reason::relay_not_trusted)) return true;
  if (ends_at_authorizer(q, verdict)) return true;
  // No verifier stands here: where policy asks for a token, none can satisfy it.
  const bool token_required = policy.token_required || (q.authorizer != nullptr && q.authorizer->token_required);
  return token_required && verdict.ends_with(Reason::token_required);
}

}  // namespace

Decision decide(const Question& q, const Policy& policy, Time now) {
  assert(q.authorizer == nullptr || (q.vouching != nullptr && q.authorizer->name == q.vouching->authorizer));
  Verdict verdict(q, policy);
  const bool must_vouch = q.vouching == nullptr && q.vouching_only;
  if ((must_vouch || q.rests_on == RestsOn::nothing) && verdict.ends_with(Reason::delegation_required))
    return verdict.decision();
  if (q.vouching == nullptr) return verdict.decision();

  if (ends_at_speaker(q, policy, verdict)) return verdict.decision();
  return judge_grants(q, verdict, now);
}

Decision decide_standing(const Question& q, const Policy& policy, Time now) {
  assert(q.authorizer == nullptr || q.authorizer->name == q.vouching->authorizer);
  Verdict verdict(q, policy);
  // Without any grant the registry was not asked: what fails then is check 6.
  if (q.authorizer != nullptr && ends_at_authorizer(q, verdict)) return verdict.decision();
  return judge_grants(q, verdict, now);
}

const Impu* first_uncovered(const AuthorizerName& authorizer, const Impi& impi, std::span<const Impu* const> set,
                            std::span<const RegisteredGrant> grants) {
  for (const Impu* impu : set) {
    const bool covered = std::any_of(grants.begin(), grants.end(), [&](const RegisteredGrant& g) {
      return g.grant.authorizer == authorizer && g.grant.covers(impi, *impu);
    });
    if (!covered) return impu;
  }
  return nullptr;
}

}  // namespace vouchsafe
