#include "domain/review.hpp"

#include "domain/allowed_names.hpp"
#include "domain/decide.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

std::chrono::milliseconds milliseconds(Time time) { return time.time_since_epoch(); }

/// The registry's entry as far as the grants know it. A suspension that only holds ends no registration.
std::optional<Authorizer> authorizer_of(std::span<const RegisteredGrant> grants, const AuthorizerName& name) {
  for (const auto& [grant, state] : grants) {
    if (grant.authorizer != name) continue;
    return Authorizer{name, state == Authorizer::State::held ? Authorizer::State::active : state, false};
  }
  return std::nullopt;
}

/// \return why the registration does not stand any more; empty while it does
std::string fallen(const Subscription& subscription, const Registration& registration,
                   std::span<const RegisteredGrant> grants, const Policy& policy, Time now) {
  if (subscription.all_barred(registration.irs)) return "barred";
  const Provenance& p = registration.provenance;
  if (p.kind != Provenance::Kind::vouched) return {};
  std::optional<AuthorizerName> wwsf;
  if (!p.wwsf.empty()) wwsf = AuthorizerName::trusted(p.wwsf);
  const Vouching vouching{AuthorizerName::trusted(p.authorizer), wwsf, false};
  const auto authorizer = authorizer_of(grants, vouching.authorizer);
  Question question;
  question.relay = p.relay;
  question.scscf = subscription.state.scscf ? std::string_view(subscription.state.scscf->name) : std::string_view{};
  question.impi = &registration.impi;
  question.impu = &registration.impu;
  question.vouching = &vouching;
  question.authorizer = authorizer ? &*authorizer : nullptr;
  question.grants = grants;
  const Decision decision = decide_standing(question, policy, now);
  return decision.allowed() ? std::string{} : p.authorizer + ": " + std::string(name_of(decision.reason));
}

/// The IMPUs of the sets, in the order in which an S-CSCF is most likely to know them: the one that was registered
/// first, then the other unbarred ones, then the barred.
std::vector<std::string> impus_of(const Subscription& subscription, const Impi& impi,
                                  const std::vector<std::uint32_t>& sets) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& impu) {
    if (std::find(out.begin(), out.end(), impu) == out.end()) out.push_back(impu);
  };
  for (const auto irs : sets) {
    if (const auto* registration = subscription.state.find(impi, irs)) add(registration->impu.text());
    for (const bool barred : {false, true}) {
      for (const auto& u : subscription.profile.impus) {
        if (u.irs == irs && u.barred == barred) add(u.impu.text());
      }
    }
  }
  return out;
}

void owe_terminations(const Subscription& subscription, Review& out, std::span<const RegisteredGrant> grants,
                      const Policy& policy, Time now) {
  struct Leaving {
    const Impi* impi;
    std::string cause;
    std::vector<std::uint32_t> sets;
  };
  std::vector<Leaving> leaving;
  for (auto& registration : out.state.registrations) {
    if (registration.leaving) continue;
    const std::string cause = fallen(subscription, registration, grants, policy, now);
    if (cause.empty()) continue;
    registration.leaving = true;
    const auto same = std::find_if(leaving.begin(), leaving.end(),
                                   [&](const Leaving& l) { return *l.impi == registration.impi && l.cause == cause; });
    if (same != leaving.end()) {
      same->sets.push_back(registration.irs);
    } else {
      leaving.push_back({&registration.impi, cause, {registration.irs}});
    }
  }
  for (auto& l : leaving) out.debts.push_back(termination(subscription, *l.impi, l.sets, l.cause, now));
}

Debt push(const Subscription& subscription, const Impi& impi, const Debt& asked, Time now) {
  Debt debt;
  debt.kind = Debt::Kind::push_profile;
  debt.subscription = subscription.id;
  debt.host = subscription.state.scscf->host;
  debt.realm = subscription.state.scscf->realm;
  debt.impi = impi.text();
  debt.cause = asked.cause;
  debt.created = now;
  debt.due = milliseconds(now);
  return debt;
}

/// One PPR for each set that is served, as User-Data is complete for one set; one alone where the profile is the same.
void owe_pushes(const Subscription& subscription, Review& out, const Debt& asked, bool allowed, Time now) {
  std::vector<std::uint32_t> served;
  const auto add = [&](const Impi& impi, std::uint32_t irs) {
    if (std::find(served.begin(), served.end(), irs) != served.end()) return;
    if (!served.empty() && !asked.user_data) return;
    Debt debt = push(subscription, impi, asked, now);
    debt.allowed = allowed && served.empty();
    debt.sets = {irs};
    debt.user_data = asked.user_data;
    debt.charging = asked.charging && served.empty();
    served.push_back(irs);
    out.debts.push_back(std::move(debt));
  };
  if (asked.user_data || asked.charging || allowed) {
    for (const auto& r : out.state.registrations) {
      if (!r.leaving) add(r.impi, r.irs);
    }
    for (const auto irs : out.state.unregistered) add(subscription.profile.impis.front().impi, irs);
  }
  if (!asked.credentials) return;
  const Impi impi = Impi::trusted(asked.impi);
  const bool registered = std::any_of(out.state.registrations.begin(), out.state.registrations.end(),
                                      [&](const auto& r) { return !r.leaving && r.impi == impi; });
  if (!registered) return;
  Debt debt = push(subscription, impi, asked, now);
  debt.credentials = true;
  out.debts.push_back(std::move(debt));
}

}  // namespace

Debt termination(const Subscription& subscription, const Impi& impi, std::vector<std::uint32_t> sets, std::string cause,
                 Time now) {
  Debt debt;
  debt.kind = Debt::Kind::registration_termination;
  debt.subscription = subscription.id;
  if (subscription.state.scscf) {
    debt.host = subscription.state.scscf->host;
    debt.realm = subscription.state.scscf->realm;
  }
  debt.impi = impi.text();
  debt.impus = impus_of(subscription, impi, sets);
  debt.sets = std::move(sets);
  debt.cause = std::move(cause);
  debt.created = now;
  debt.due = milliseconds(now);
  return debt;
}

Review review(const Subscription& subscription, std::span<const RegisteredGrant> grants, const Debt& asked,
              const Policy& policy, Time now) {
  Review out{subscription.state, {}, false};
  if (!out.state.scscf) {
    out.state.review_at.reset();
  } else {
    owe_terminations(subscription, out, grants, policy, now);
    const std::uint64_t names = fingerprint(allowed_names(grants, now));
    const bool allowed = names != out.state.told;
    owe_pushes(subscription, out, asked, allowed, now);
    out.state.told = names;
    out.state.review_at = next_boundary(grants, now);
  }
  out.changed = !(out.state == subscription.state);
  return out;
}

}  // namespace vouchsafe
