#include "domain/decide.hpp"

#include "domain/token.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace vouchsafe {
namespace {

bool covers_wwsf(const Grant& grant, const Vouching& vouching) {
  if (grant.wwsf.empty()) return true;
  return vouching.wwsf && std::find(grant.wwsf.begin(), grant.wwsf.end(), *vouching.wwsf) != grant.wwsf.end();
}

/// What fails, under the grant that carries furthest, for one IMPU.
struct Finding {
  std::optional<Reason> coverage{};  ///< check 6
  std::optional<Reason> window{};    ///< check 7, its time
  std::optional<Reason> wwsf{};      ///< check 7, its WWSFs
  std::optional<Time> until{};

  [[nodiscard]] bool stands() const { return !coverage && !window && !wwsf; }
};

/// Among refusals, the one nearest to a yes is told: it is what the subscriber or the operator can mend.
int nearness(const Finding& finding) {
  if (finding.coverage) return 0;
  if (finding.window) return finding.window == Reason::grant_expired ? 1 : 2;
  return finding.wwsf ? 3 : 4;
}

Finding judge(const Grant& grant, const Vouching& vouching, Time now) {
  Finding out;
  if (grant.not_before && now < *grant.not_before) out.window = Reason::grant_not_yet_valid;
  if (grant.not_after && now >= *grant.not_after) out.window = Reason::grant_expired;
  if (!covers_wwsf(grant, vouching)) out.wwsf = Reason::wwsf_not_granted;
  out.until = grant.not_after;
  return out;
}

/// Collects failed checks: a monitored one is noted, the first enforced one ends the decision.
class Verdict {
 public:
  Verdict(const Question& question, const Policy& policy) : question_(question), policy_(policy) {}

  [[nodiscard]] bool monitored(std::optional<Reason> reason) const {
    return !reason || policy_.monitored(*reason, question_.client, question_.roles);
  }
  /// \return true when the decision ends here
  bool ends_with(Reason reason) {
    if (monitored(reason)) {
      if (!decision_.monitored) decision_.monitored = reason;
      decision_.let_pass.add(reason);
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

/// \return what the best grant says: one whose failures are all monitored, then the nearest to a yes, then the longest
Finding search(const Question& q, const Impu& impu, const Verdict& verdict, Time now) {
  const auto passes = [&](const Finding& f) {
    return verdict.monitored(f.coverage) && verdict.monitored(f.window) && verdict.monitored(f.wwsf);
  };
  Finding best;
  best.coverage = Reason::not_granted;
  bool any = false;
  for (const auto& [grant, state] : q.grants) {
    if (grant.authorizer != q.vouching->authorizer || !grant.covers(*q.impi, impu)) continue;
    const Finding one = judge(grant, *q.vouching, now);
    const auto rank = std::pair(passes(one), nearness(one));
    const auto best_rank = std::pair(passes(best), nearness(best));
    const bool longer = rank == best_rank && best.until && (!one.until || *one.until > *best.until);
    if (!any || rank > best_rank || longer) best = one;
    any = true;
  }
  return best;
}

/// Checks 3 and 4.
bool ends_at_authorizer(const Question& q, Verdict& verdict, Time now) {
  const bool known = q.authorizer != nullptr && q.authorizer->name == q.vouching->authorizer;
  if (!known) return verdict.ends_with(Reason::authorizer_unknown);
  const AuthorizerName* wwsf = q.vouching->wwsf ? &*q.vouching->wwsf : nullptr;
  return q.authorizer->suspension(wwsf, q.client, now) != nullptr && verdict.ends_with(Reason::authorizer_suspended);
}

/// How long what all of the IMPUs rest on lasts.
struct Span {
  bool all_stand = true;
  std::optional<Time> until{};
};

/// Checks 6 and 7 for one IMPU. \return true when the decision ends here
bool ends_at_impu(const Question& q, const Impu& impu, Verdict& verdict, Time now, Span& span) {
  const Finding found = search(q, impu, verdict, now);
  if (found.stands()) {
    if (found.until && (!span.until || *found.until < *span.until)) span.until = found.until;
    return false;
  }
  span.all_stand = false;
  std::string& uncovered = verdict.decision().uncovered;
  if (uncovered.empty()) uncovered = impu.text();
  for (const auto& reason : {found.coverage, found.window, found.wwsf}) {
    if (!reason || !verdict.ends_with(*reason)) continue;
    uncovered = impu.text();
    return true;
  }
  return false;
}

/// Checks 6 and 7, and then whether the IMPI can be vouched for at all. The IMPU that is asked about and everything
/// that is registered with it must be covered: the first that is not decides, and the first grant to end ends it all.
Decision& judge_grants(const Question& q, Verdict& verdict, Time now) {
  Decision& decision = verdict.decision();
  Span span;
  if (ends_at_impu(q, *q.impu, verdict, now, span)) return decision;
  for (const Impu* impu : q.set) {
    if (*impu != *q.impu && ends_at_impu(q, *impu, verdict, now, span)) return decision;
  }
  if (q.way == WayToRegister::direct && verdict.ends_with(Reason::delegation_not_allowed)) return decision;
  if (span.all_stand) decision.until = span.until;
  return decision;
}

bool requires_token(const Question& q, const Policy& policy) {
  return policy.requires_token(q.client) || (q.authorizer != nullptr && q.authorizer->token_required);
}

/// Check 5 for a vouching that is made now. A token that does not verify is refused where none is needed, too: somebody
/// made it.
bool ends_at_token(const Question& q, const Policy& policy, Verdict& verdict) {
  TokenVerdict found = q.proof != nullptr ? q.proof->prove() : TokenVerdict{};
  Decision& decision = verdict.decision();
  switch (found.kind) {
    case TokenVerdict::Kind::verified:
      decision.evidence = std::move(found.evidence);
      return false;
    case TokenVerdict::Kind::no_keys:
      return requires_token(q, policy) && verdict.ends_with(Reason::token_required);
    case TokenVerdict::Kind::refused:
      decision.token_fault = std::move(found.fault.detail);
      if (verdict.ends_with(found.fault.reason)) return true;
      // What is monitored hides nothing else that is wrong with it.
      for (auto& other : found.others) {
        if (!verdict.ends_with(other.reason)) continue;
        decision.token_fault = std::move(other.detail);
        return true;
      }
      return false;
    case TokenVerdict::Kind::busy:
      break;
  }
  decision.token_fault = std::move(found.fault.detail);
  decision.busy = true;
  return true;
}

/// Check 5 for one that was verified before, when somebody registers by it.
bool ends_at_verified(const Question& q, const VerifiedToken& token, const Policy& policy, Verdict& verdict, Time now) {
  Decision& decision = verdict.decision();
  const TokenKey* key = q.authorizer != nullptr ? q.authorizer->token_rules().find(token.kid) : nullptr;
  if (q.authorizer != nullptr && (key == nullptr || key->distrusted_at(token.at))) {
    decision.token_fault = "its key was revoked";
    if (verdict.ends_with(Reason::token_invalid)) return true;
  }
  if (!in_time(token, policy.tokens, now)) {
    decision.token_fault = "exp is over";
    if (verdict.ends_with(Reason::token_expired)) return true;
  }
  return false;
}

/// Check 5.
bool ends_at_evidence(const Question& q, const Policy& policy, Verdict& verdict, Time now) {
  if (q.evidence == nullptr) return ends_at_token(q, policy, verdict);
  verdict.decision().evidence = *q.evidence;
  if (const auto* token = std::get_if<VerifiedToken>(q.evidence))
    return ends_at_verified(q, *token, policy, verdict, now);
  return requires_token(q, policy) && verdict.ends_with(Reason::token_required);
}

/// What was vouched for by a key that the operator has revoked with what rests on it.
bool ends_at_revocation(const Question& q, Verdict& verdict) {
  const auto* token = q.evidence != nullptr ? std::get_if<VerifiedToken>(q.evidence) : nullptr;
  if (token == nullptr || q.authorizer == nullptr) return false;
  const TokenKey* key = q.authorizer->token_rules().find(token->kid);
  return key != nullptr && key->deregister && key->distrusted_at(token->at) && verdict.ends_with(Reason::token_invalid);
}

/// Nothing lasts longer than what proves it.
Decision& bounded_by_token(Decision& decision) {
  const auto* token = std::get_if<VerifiedToken>(&decision.evidence);
  if (token != nullptr && decision.allowed() && (!decision.until || token->until < *decision.until))
    decision.until = token->until;
  return decision;
}

/// Checks 2 to 5: who speaks, before what the subscriber said.
bool ends_at_speaker(const Question& q, const Policy& policy, Verdict& verdict, Time now) {
  if (!q.roles.has(Role::ep_cscf) && verdict.ends_with(Reason::relay_not_trusted)) return true;
  return ends_at_authorizer(q, verdict, now) || ends_at_evidence(q, policy, verdict, now);
}

}  // namespace

Decision decide(const Question& q, const Policy& policy, Time now) {
  assert(q.authorizer == nullptr || (q.vouching != nullptr && q.authorizer->name == q.vouching->authorizer));
  Verdict verdict(q, policy);
  const bool must_vouch = q.vouching == nullptr && q.vouching_only;
  if ((must_vouch || q.rests_on == RestsOn::nothing) && verdict.ends_with(Reason::delegation_required))
    return verdict.decision();
  if (q.vouching == nullptr) return verdict.decision();

  if (ends_at_speaker(q, policy, verdict, now)) return verdict.decision();
  return bounded_by_token(judge_grants(q, verdict, now));
}

Decision decide_standing(const Question& q, const Policy& policy, Time now) {
  assert(q.authorizer == nullptr || q.authorizer->name == q.vouching->authorizer);
  Verdict verdict(q, policy);
  if (ends_at_authorizer(q, verdict, now)) return verdict.decision();
  const bool all = q.evidence_asked == EvidenceAsked::all;
  if (all ? ends_at_evidence(q, policy, verdict, now) : ends_at_revocation(q, verdict)) return verdict.decision();
  return bounded_by_token(judge_grants(q, verdict, now));
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
