#include "cx/registration.hpp"

#include "domain/review.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

/// Bounds the row, and what a review looks at. A user has a few ways in, not dozens.
constexpr std::size_t most_bases = 32;

RestsOn rests_on(Support::Kind kind) {
  if (kind == Support::Kind::nothing) return RestsOn::nothing;
  return kind == Support::Kind::exempt ? RestsOn::not_asked : RestsOn::something;
}

}  // namespace

Scscf RegistrationStep::here() const { return scscf_of(request_.common, request_.server_name); }

/// The bases that a registration has are not washed off by a new one, so each of them must stand too.
Decision RegistrationStep::ask_bases(const Registration& registration, bool report) const {
  Decision all;
  const auto settings = context_.settings.get();
  const Policy& policy = settings->policy;
  for (const auto& basis : registration.bases) {
    const auto* vouched = std::get_if<Vouched>(&basis.ground);
    // Where the request rests on these bases alone, what proves them is in time still; of like ones, the last.
    const bool goes_on = report && vouched != nullptr && !registration.is_renewed(*vouched);
    const auto asked = goes_on ? EvidenceAsked::all : EvidenceAsked::revocation;
    Decision one = decide_basis(subscription_, registration, basis, {view_.grants, *view_.authorizers}, policy,
                                Hold::counts, context_.clock.now(), asked);
    if (vouched == nullptr && !one.allowed()) return gate_.refused(registration.impi, registration.impu, one.reason);
    if (vouched != nullptr && (report || !one.allowed())) {
      gate_.decided(registration.impi, vouched->impu, vouched->authorizer.text(), one, true);
    }
    if (!one.allowed()) return one;
    if (one.until && (!all.until || *one.until < *all.until)) all.until = one.until;
    if (!all.monitored) all.monitored = one.monitored;
  }
  return all;
}

Decision RegistrationStep::ask(const Support& support, const Pair& pair) {
  if (support.kind == Support::Kind::vouching) {
    const Claim claim = support.remembered
                            ? claim_of(*support.vouching)
                            : Claim{&support.vouching->vouching, support.vouching->client, false, nullptr};
    return gate_.ask(pair.impi, pair.impu, view_, claim, RestsOn::something);
  }
  // Whether a vouching_only client's request rests on a vouching was seen to when its support was looked for.
  if (support.kind == Support::Kind::registration)
    return ask_bases(*subscription_.state.find(pair.impi, pair.irs), true);
  return gate_.ask(pair.impi, pair.impu, view_, {}, rests_on(support.kind));
}

/// A remembered vouching that does not stand any more is forgotten, and the request decided as if it had never been.
Support RegistrationStep::decide_on(const Pair& pair, std::optional<ports::RememberedVouching> live,
                                    Decision& decision) {
  Support support = support_of(request_, pair, subscription_, std::move(live), context_.clock.now());
  decision = ask(support, pair);
  if (!decision.allowed() && support.remembered) {
    live_fell_ = true;
    support = support_of(request_, pair, subscription_, std::nullopt, context_.clock.now());
    decision = ask(support, pair);
  }
  return support;
}

/// 8.1: an S-CSCF gets in the place of another by a MAR alone; the one that is stored goes on.
bool RegistrationStep::is_anothers(const Pair& pair, const State& state) const {
  return state.scscf && !state.scscf->is(request_.server_name, request_.common.speaker.host) &&
         state.challenge(pair.impi, pair.impu, pair.irs, here(), context_.clock.now()) == nullptr;
}

/// One S-CSCF serves a subscription: the one before is told that this registration has a new server, and that the
/// others are to be made there (TS 29.228, 6.1.3; TS 23.228, 5.3.2).
void RegistrationStep::take_over(const Pair& pair, State& state) {
  const auto end = [&](TerminationReason reason, const char* cause, auto concerns) {
    const auto ending = [&](const Registration& r) {
      const bool there = !r.scscf.is(request_.server_name, request_.common.speaker.host);
      return there && concerns(r) ? std::string(cause) : std::string{};
    };
    auto owed = end_registrations(subscription_, state, ending, reason, context_.clock.now());
    std::move(owed.begin(), owed.end(), std::back_inserter(terminations_));
  };
  const auto this_pair = [&](const Registration& r) { return r.impi == pair.impi && r.irs == pair.irs; };
  end(TerminationReason::new_server_assigned, "another S-CSCF serves it", this_pair);
  end(TerminationReason::server_change, "another S-CSCF serves the subscription",
      [&](const Registration& r) { return !this_pair(r); });
  state.unregistered.clear();
}

Registration RegistrationStep::made(const Support& support, const Decision& decision, const Pair& pair,
                                    const State& state) const {
  const Scscf scscf = here();
  const auto* before = state.find(pair.impi, pair.irs);
  if (before != nullptr && (before->leaving || !before->scscf.is(scscf.name, scscf.host))) before = nullptr;
  Registration registration =
      before != nullptr ? *before : Registration{pair.impi, pair.irs, pair.impu, {}, scscf, false};
  const Time now = context_.clock.now();
  switch (support.kind) {
    case Support::Kind::vouching: {
      const auto& [vouching, client, named, emergency, evidence, let_pass] = *support.vouching;
      ReasonSet monitored = decision.let_pass;
      monitored.add_all_of(let_pass);
      // The members of a wildcarded identity are one: the set is judged as a whole.
      const Impu& impu = view_.matched_wildcard ? *view_.matched_wildcard : pair.impu;
      registration.add({Vouched{vouching.authorizer, vouching.wwsf, client, impu, decision.evidence}, now, monitored});
      break;
    }
    case Support::Kind::challenge:
      registration.add({Direct{}, now, {}});
      break;
    case Support::Kind::registration:
      break;
    case Support::Kind::exempt:
    case Support::Kind::nothing:
      registration.add({TrustedNode{}, now, decision.let_pass});
      break;
  }
  return registration;
}

/// What the request rests on, and with it what the registration that is there rests on.
Support RegistrationStep::decide_all(const Pair& pair, std::optional<ports::RememberedVouching> live,
                                     const Registration* there, Decision& decision) {
  Support support = decide_on(pair, std::move(live), decision);
  if (!decision.allowed() || there == nullptr) return support;
  if (there->leaving) {  // an RTR is owed for it: nothing makes it stand again
    decision = gate_.refused(pair.impi, pair.impu, Reason::delegation_required);
  } else if (support.kind != Support::Kind::registration) {
    Decision bases = ask_bases(*there, false);
    if (!bases.allowed()) decision = std::move(bases);
  }
  return support;
}

ResultCode RegistrationStep::run(const Pair& pair, std::optional<ports::RememberedVouching> live, State& state,
                                 SaAnswer& answer) {
  const auto already_registered = [&] {
    answer.server_name = state.scscf->name;
    return result::identity_already_registered;
  };
  // Where the request carries a vouching, that is judged first: its third party must not learn who is registered.
  const bool anothers = is_anothers(pair, state);
  if (anothers && !request_.common.vouching) return already_registered();
  const auto* there = state.find(pair.impi, pair.irs);
  if (there != nullptr && !there->scscf.is(request_.server_name, request_.common.speaker.host)) there = nullptr;
  Decision decision;
  const Support support = decide_all(pair, std::move(live), there, decision);
  if (!decision.allowed()) {
    refuse(answer.verdict, decision);
    return answer.verdict.code;
  }
  if (subscription_.all_barred(pair.irs)) return result::authorization_rejected;
  const bool takes_over = state.scscf && !state.scscf->is(request_.server_name, request_.common.speaker.host);
  if (anothers || (takes_over && support.kind != Support::Kind::challenge)) return already_registered();
  Registration registration = made(support, decision, pair, state);
  if (registration.bases.size() > most_bases) return result::unable_to_comply;
  const bool rests_on_vouching =
      support.kind == Support::Kind::vouching || (support.kind == Support::Kind::registration && there->is_vouched());
  if (takes_over) take_over(pair, state);
  if (takes_over || !state.scscf) state.scscf = here();
  if (support.kind == Support::Kind::challenge) state.use_challenge(pair.impi, pair.impu, here());
  state.register_set(std::move(registration));
  used_live_ = support.remembered;
  if (rests_on_vouching) {
    answer.verdict.delegation_result = Reason::authorized;
    answer.verdict.delegation_expiry = decision.until;
  }
  return result::success;
}

}  // namespace vouchsafe::cx
