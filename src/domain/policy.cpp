#include "domain/policy.hpp"

#include "domain/text.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

bool monitored_in(const std::vector<ScopedMonitor>& scopes, Reason reason, std::string_view name) {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](const auto& s) { return s.reasons.has(reason) && host_matches(s.pattern, name); });
}

}  // namespace

const Relay* Policy::relay(std::string_view origin_host) const {
  const auto found =
      std::find_if(relays.begin(), relays.end(), [&](const Relay& r) { return host_matches(r.pattern, origin_host); });
  return found == relays.end() ? nullptr : &*found;
}

bool Policy::monitored(Reason reason, std::string_view relay, std::string_view scscf,
                       std::string_view authorizer) const {
  if (monitor.has(reason)) return true;
  return monitored_in(monitor_relays, reason, relay) ||
         (!scscf.empty() && monitored_in(monitor_scscfs, reason, scscf)) ||
         (!authorizer.empty() && monitored_in(monitor_authorizers, reason, authorizer));
}

}  // namespace vouchsafe
