#include "cx/push_profile.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

/// \return whether the S-CSCF still serves any of the debt's sets
bool served(const Debt& debt, const Subscription& subscription) {
  const State& state = subscription.state;
  if (!state.scscf || state.scscf->host != debt.host) return false;
  const auto serves = [&](std::uint32_t irs) {
    return state.registered_unregistered_services(irs) ||
           std::any_of(state.registrations.begin(), state.registrations.end(),
                       [&](const auto& r) { return r.irs == irs && !r.leaving; });
  };
  return debt.sets.empty() || std::any_of(debt.sets.begin(), debt.sets.end(), serves);
}

}  // namespace

Result<std::optional<PushProfile>> push_profile(const Debt& debt, const ports::View& view, const Context& context) {
  std::optional<PushProfile> out;
  if (!view.subscription || !served(debt, *view.subscription)) return out;
  const Subscription& subscription = *view.subscription;
  const Impi impi = Impi::trusted(debt.impi);
  const auto* identity = subscription.find(impi);
  if (identity == nullptr) return out;
  out.emplace(PushProfile{impi, {}});
  if (debt.user_data && !debt.sets.empty()) {
    auto xml = context.profiles.user_data(view, impi, debt.sets.front(), false);
    if (!xml) return tl::unexpected<Error>(xml.error());
    out->user_data = std::move(*xml);
  }
  if (debt.charging) out->charging = subscription.profile.charging;
  if (debt.allowed) out->allowed = allowed_names(view.grants, context.clock.now());
  if (debt.credentials && identity->scheme == AuthenticationScheme::sip_digest) {
    auto ha1 = context.authentication.digest_ha1(*identity);
    if (!ha1) return tl::unexpected<Error>(ha1.error());
    AuthDataItem item;
    item.scheme = AuthenticationScheme::sip_digest;
    item.digest_realm = identity->digest_realm;
    item.digest_ha1 = std::move(*ha1);
    out->credentials = std::move(item);
  }
  return out;
}

}  // namespace vouchsafe::cx
