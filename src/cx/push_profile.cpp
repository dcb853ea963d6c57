#include "cx/push_profile.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

/// \return whether the S-CSCF still serves any of the sets
bool served(const ProfilePush& push, const std::string& host, const Subscription& subscription) {
  const State& state = subscription.state;
  if (!state.scscf || state.scscf->host != host) return false;
  const auto serves = [&](std::uint32_t irs) {
    return state.registered_unregistered_services(irs) ||
           std::any_of(state.registrations.begin(), state.registrations.end(),
                       [&](const auto& r) { return r.irs == irs && !r.leaving; });
  };
  return push.sets.empty() || std::any_of(push.sets.begin(), push.sets.end(), serves);
}

}  // namespace

Result<std::optional<PushProfile>> push_profile(const ProfilePush& push, const std::string& host,
                                                const ports::ServedView& view, const CxContext& context) {
  std::optional<PushProfile> out;
  if (!view.subscription || !served(push, host, *view.subscription)) return out;
  const Subscription& subscription = *view.subscription;
  const auto* identity = subscription.find(push.impi);
  if (identity == nullptr) return out;
  out.emplace(PushProfile{push.impi, {}});
  if (push.user_data && !push.sets.empty()) {
    auto xml = context.profiles.user_data(view, push.impi, push.sets.front(), false);
    if (!xml) return tl::unexpected<Error>(xml.error());
    out->user_data = std::move(*xml);
  }
  if (push.charging) out->charging = subscription.profile.charging;
  if (push.allowed) out->allowed = allowed_names(view.grants, *view.authorizers, context.clock.now());
  if (push.credentials && identity->scheme == AuthenticationScheme::sip_digest) {
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
