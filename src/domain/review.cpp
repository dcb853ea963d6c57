#include "domain/review.hpp"

#include "domain/allowed_names.hpp"
#include "domain/decide.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

std::chrono::milliseconds milliseconds(Time time) { return time.time_since_epoch(); }

bool holds(const Suspension& suspension) { return suspension.effect == Suspension::Effect::holds; }

/// The registry's entry; without the suspensions that only hold, where those are to leave what is registered.
class Judged {
 public:
  Judged(const Authorizers& authorizers, const AuthorizerName& name, Hold hold) : entry_(authorizers.find(name)) {
    if (entry_ == nullptr || hold == Hold::counts) return;
    if (std::none_of(entry_->suspensions.begin(), entry_->suspensions.end(), holds)) return;
    spared_ = *entry_;
    std::erase_if(spared_->suspensions, holds);
    entry_ = &*spared_;
  }
  Judged(const Judged&) = delete;
  Judged& operator=(const Judged&) = delete;
  [[nodiscard]] const Authorizer* entry() const { return entry_; }

 private:
  const Authorizer* entry_;
  std::optional<Authorizer> spared_;
};

Decision refused(Reason reason) {
  Decision out;
  out.reason = reason;
  return out;
}

/// A vouching, by checks 3 to 7; one that a monitored check let in, only while it is still monitored.
Decision decide_vouched(const Subscription& subscription, const Registration& registration, const Vouched& vouched,
                        const Standing& standing, const Policy& policy, Hold hold, Time now, EvidenceAsked evidence) {
  const Vouching vouching{vouched.authorizer, vouched.wwsf, {}};
  const Judged authorizer(standing.authorizers, vouching.authorizer, hold);
  const auto* identity = subscription.find(registration.impi);
  const auto set = subscription.unbarred(registration.irs);
  Question question;
  question.client = vouched.client;
  question.roles = policy.roles_of(vouched.client);
  question.impi = &registration.impi;
  question.impu = &vouched.impu;
  question.set = set;
  question.vouching = &vouching;
  question.authorizer = authorizer.entry();
  question.grants = standing.grants;
  question.evidence = &vouched.evidence;
  question.evidence_asked = evidence;
  if (identity != nullptr) question.way = identity->way;
  return decide_standing(question, policy, now);
}

/// The IMPUs of the sets, in the order in which an S-CSCF is most likely to know them: the one that was registered
/// first, then the other unbarred ones, then the barred.
std::vector<Impu> impus_of(const Subscription& subscription, const Impi& impi, const std::vector<std::uint32_t>& sets) {
  std::vector<Impu> out;
  const auto add = [&](const Impu& impu) {
    if (std::find(out.begin(), out.end(), impu) == out.end()) out.push_back(impu);
  };
  for (const auto irs : sets) {
    if (const auto* registration = subscription.state.find(impi, irs)) add(registration->impu);
    for (const bool barred : {false, true}) {
      for (const auto& u : subscription.profile.impus) {
        if (u.irs == irs && u.barred == barred) add(u.impu);
      }
    }
  }
  return out;
}

/// A message to an S-CSCF.
OutboxEntry message(const Subscription& subscription, const Scscf& scscf, OutboxBody body, std::string cause,
                    Time now) {
  OutboxEntry out;
  out.subscription = subscription.id;
  out.host = scscf.host;
  out.realm = scscf.realm;
  out.body = std::move(body);
  out.cause = std::move(cause);
  out.created = now;
  out.due = milliseconds(now);
  return out;
}

/// One PPR for each set that is served, as User-Data is complete for one set; one alone where the profile is the same.
void add_pushes(const Subscription& subscription, Review& out, const ReviewRequest& asked, bool allowed, Time now) {
  const ProfileChanges& changes = asked.changes;
  const auto push = [&](ProfilePush body) {
    out.messages.push_back(message(subscription, *subscription.state.scscf, std::move(body), asked.cause, now));
  };
  std::vector<std::uint32_t> served;
  const auto add = [&](const Impi& impi, std::uint32_t irs) {
    if (std::find(served.begin(), served.end(), irs) != served.end()) return;
    if (!served.empty() && !changes.user_data) return;
    ProfilePush body{impi, {irs}, changes.user_data};
    body.charging = changes.charging && served.empty();
    body.allowed = allowed && served.empty();
    served.push_back(irs);
    push(std::move(body));
  };
  if (changes.user_data || changes.charging || allowed) {
    for (const auto& r : out.state.registrations) {
      if (!r.leaving) add(r.impi, r.irs);
    }
    for (const auto irs : out.state.unregistered) add(subscription.profile.impis.front().impi, irs);
  }
  if (!changes.credentials) return;
  const Impi& impi = *changes.credentials;
  const bool registered = std::any_of(out.state.registrations.begin(), out.state.registrations.end(),
                                      [&](const auto& r) { return !r.leaving && r.impi == impi; });
  if (!registered) return;
  ProfilePush body{impi};
  body.credentials = true;
  push(std::move(body));
}

/// Asks each basis, and marks those that stand only as a check is monitored.
/// \return why the registration does not stand any more; empty while it does
std::string why_fallen(const Subscription& subscription, Registration& registration, const Standing& standing,
                       const Policy& policy, Time now) {
  if (subscription.all_barred(registration.irs)) return "barred";
  for (auto& basis : registration.bases) {
    const Decision decision = decide_basis(subscription, registration, basis, standing, policy, Hold::leaves_it, now);
    if (decision.allowed()) {
      basis.monitored.add_all_of(decision.let_pass);
      continue;
    }
    const auto* vouched = std::get_if<Vouched>(&basis.ground);
    return (vouched != nullptr ? vouched->authorizer.text() + ": " : "") + std::string(name_of(decision.reason));
  }
  return {};
}

}  // namespace

bool needs_no_basis(const PrivateIdentity& identity) {
  if (identity.way == WayToRegister::trusted_node) return true;
  const bool unseen =
      identity.scheme == AuthenticationScheme::giba || identity.scheme == AuthenticationScheme::nass_bundled;
  return unseen && identity.way != WayToRegister::delegated;
}

Decision decide_basis(const Subscription& subscription, const Registration& registration, const Basis& basis,
                      const Standing& standing, const Policy& policy, Hold hold, Time now, EvidenceAsked evidence) {
  const auto* vouched = std::get_if<Vouched>(&basis.ground);
  const std::string& client = vouched != nullptr ? vouched->client : registration.scscf.host;
  const Roles roles = policy.roles_of(client);
  for (const auto& row : reason_rows) {
    if (basis.monitored.has(row.reason) && !policy.monitored(row.reason, client, roles)) return refused(row.reason);
  }
  if (vouched != nullptr)
    return decide_vouched(subscription, registration, *vouched, standing, policy, hold, now, evidence);
  const auto* identity = subscription.find(registration.impi);
  const bool stands =
      identity != nullptr && (std::holds_alternative<Direct>(basis.ground) ? identity->way != WayToRegister::delegated
                                                                           : needs_no_basis(*identity));
  if (stands) return {};
  // One that is not marked comes from a release that did not mark, or from before: what is only monitored ends nothing.
  if (!policy.monitored(Reason::delegation_required, client, roles)) return refused(Reason::delegation_required);
  Decision let_pass;
  let_pass.monitored = Reason::delegation_required;
  let_pass.let_pass.add(Reason::delegation_required);
  return let_pass;
}

std::vector<OutboxEntry> end_registrations(const Subscription& subscription, State& state, const Ending& ending,
                                           TerminationReason reason, Time now) {
  struct Group {
    Impi impi;
    Scscf scscf;
    std::string cause;
    std::vector<std::uint32_t> sets;
  };
  std::vector<Group> groups;
  for (auto& registration : state.registrations) {
    if (registration.leaving) continue;
    const std::string cause = ending(registration);
    if (cause.empty()) continue;
    registration.leaving = true;
    // A new S-CSCF has asked for vectors of its own, for this set or another one: those are not the old one's.
    const bool for_good = reason == TerminationReason::permanent_termination;
    state.end_challenges(registration.impi, registration.irs, for_good ? nullptr : &registration.scscf);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.impi == registration.impi && g.cause == cause && g.scscf.host == registration.scscf.host;
    });
    if (same != groups.end()) {
      same->sets.push_back(registration.irs);
    } else {
      groups.push_back({registration.impi, registration.scscf, cause, {registration.irs}});
    }
  }
  std::vector<OutboxEntry> out;
  out.reserve(groups.size());
  for (auto& g : groups) {
    auto impus = impus_of(subscription, g.impi, g.sets);
    out.push_back(message(subscription, g.scscf, Termination{g.impi, std::move(impus), std::move(g.sets), reason},
                          std::move(g.cause), now));
  }
  return out;
}

Review review(const Subscription& subscription, const Standing& standing, const ReviewRequest& asked,
              const Policy& policy, Time now) {
  Review out{subscription.state, {}, false};
  if (!out.state.scscf) {
    out.state.review_at.reset();
  } else {
    const auto ending = [&](Registration& r) { return why_fallen(subscription, r, standing, policy, now); };
    out.messages = end_registrations(subscription, out.state, ending, TerminationReason::permanent_termination, now);
    const std::uint64_t names = fingerprint(allowed_names(standing.grants, standing.authorizers, now));
    const bool allowed = names != out.state.announced_names;
    add_pushes(subscription, out, asked, allowed, now);
    out.state.announced_names = names;
    out.state.review_at = next_boundary(standing.grants, standing.authorizers, now);
  }
  out.changed = !(out.state == subscription.state);
  return out;
}

}  // namespace vouchsafe
