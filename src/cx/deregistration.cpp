#include "cx/deregistration.hpp"

#include "cx/gate.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

bool keeps_server_name(ServerAssignmentType type) {
  return type == ServerAssignmentType::timeout_deregistration_store_server_name ||
         type == ServerAssignmentType::user_deregistration_store_server_name;
}

const PublicIdentity* identity_of(const Impu& impu, const Subscription& subscription) {
  if (const auto* distinct = subscription.find(impu)) return distinct;
  return subscription.match_wildcard(impu);
}

/// The sets that the request is about: those of its IMPUs; with only a User-Name, all of the IMPI's, pending or not.
std::vector<std::uint32_t> sets_of(const SaRequest& request, const Subscription& subscription) {
  std::vector<std::uint32_t> sets;
  for (const auto& impu : request.impus) sets.push_back(identity_of(impu, subscription)->irs);
  if (request.impus.empty()) {
    for (const auto& registration : subscription.state.registrations) {
      if (!request.impi || registration.impi == *request.impi) sets.push_back(registration.irs);
    }
    for (const auto& pending : subscription.state.authentications) {
      if (request.impi && pending.impi != *request.impi) continue;
      for (const auto& challenge : pending.challenges) sets.push_back(challenge.irs);
    }
  }
  std::sort(sets.begin(), sets.end());
  sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
  return sets;
}

bool is_here(const Scscf& scscf, const SaRequest& request) {
  return scscf.is(request.server_name, request.common.speaker.host);
}

/// What another S-CSCF serves is not this one's to end.
void leave(const SaRequest& request, std::uint32_t irs, State& state) {
  std::erase_if(state.registrations, [&](const auto& r) {
    return r.irs == irs && (!request.impi || r.impi == *request.impi) && is_here(r.scscf, request);
  });
}

/// The HSS's choice for 6 and 7: it keeps the S-CSCF for a set that has services for the unregistered state.
bool worth_keeping(std::uint32_t irs, const ports::ServedView& view, const ports::ProfileWriter& profiles) {
  const auto& impus = view.subscription->profile.impus;
  return std::any_of(impus.begin(), impus.end(), [&](const PublicIdentity& u) {
    return u.irs == irs && profiles.has_unregistered_services(view, u).value_or(false);
  });
}

}  // namespace

bool is_deregistration(ServerAssignmentType type) {
  switch (type) {
    case ServerAssignmentType::timeout_deregistration:
    case ServerAssignmentType::user_deregistration:
    case ServerAssignmentType::timeout_deregistration_store_server_name:
    case ServerAssignmentType::user_deregistration_store_server_name:
    case ServerAssignmentType::administrative_deregistration:
    case ServerAssignmentType::deregistration_too_much_data:
      return true;
    default:
      return false;
  }
}

ResultCode deregister(const SaRequest& request, const ports::ServedView& view, const CxContext& context, State& state) {
  const Subscription& subscription = *view.subscription;
  const bool all_here = std::all_of(request.impus.begin(), request.impus.end(),
                                    [&](const Impu& impu) { return identity_of(impu, subscription) != nullptr; });
  if (!all_here) return result::identities_dont_match;
  // One that has challenged a user who is not registered is stored too (8.1), and lets go of what is pending.
  const Scscf* stored = state.stored(context.clock.now());
  const bool serves = (stored != nullptr && is_here(*stored, request)) ||
                      (state.scscf && is_here(*state.scscf, request)) ||
                      std::any_of(state.registrations.begin(), state.registrations.end(),
                                  [&](const auto& r) { return is_here(r.scscf, request); });
  if (!serves) return result::unable_to_comply;

  bool kept = false;
  for (const std::uint32_t irs : sets_of(request, subscription)) {
    leave(request, irs, state);
    // Nothing from before registers the user again.
    if (request.impi) {
      state.end_challenges(*request.impi, irs);
    } else {
      state.end_challenges(irs);
    }
    if (state.registered(irs)) continue;  // another IMPI still is: the set stays registered
    state.clear_unregistered(irs);
    if (keeps_server_name(request.type) && worth_keeping(irs, view, context.profiles)) {
      state.set_unregistered(irs);
      kept = true;
    }
  }
  state.release_scscf_if_idle();
  if (keeps_server_name(request.type) && !kept && !state.scscf) return result::success_server_name_not_stored;
  return result::success;
}

}  // namespace vouchsafe::cx
