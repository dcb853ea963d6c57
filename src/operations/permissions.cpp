#include "operations/permissions.hpp"

#include "domain/text.hpp"

#include <algorithm>

namespace vouchsafe::operations {
namespace {

bool same_entry(const AsPermission& a, const AsPermission& b) {
  return a.host == b.host && a.reference == b.reference && a.service_indication == b.service_indication;
}

bool covered(const ports::NotificationSubscription& subscription, const std::vector<AsPermission>& permissions) {
  const std::string_view service =
      is_repository(subscription.reference) ? std::string_view(subscription.service_indication) : std::string_view{};
  return std::any_of(permissions.begin(), permissions.end(), [&](const AsPermission& p) {
    return host_matches(p.host, subscription.host) &&
           covers(p, ShOperation::subscribe, subscription.reference, service);
  });
}

}  // namespace

Result<ports::Writes> allow(const AsPermission& permission, const ports::OperatorReader& reader) {
  const auto there = reader.permissions();
  if (!there) return tl::unexpected<Error>(there.error());
  AsPermission more = permission;
  for (const auto& p : *there) {
    if (same_entry(p, permission)) more.operations.add(p.operations);
  }
  return ports::Writes{ports::PermissionChange{std::move(more)}};
}

Result<Denied> deny(const AsPermission& permission, bool everything, const ports::OperatorReader& reader) {
  auto left = reader.permissions();
  if (!left) return tl::unexpected<Error>(left.error());
  Denied out;
  for (auto& p : *left) {
    if (!(everything ? p.host == permission.host : same_entry(p, permission))) continue;
    p.operations.remove(permission.operations);
    out.writes.emplace_back(ports::PermissionChange{p});
    ++out.permissions;
  }
  if (out.permissions == 0) return fail(Error::Kind::not_found, permission.host + " has no such permission");
  const auto subscriptions = reader.notifications_of(permission.host);
  if (!subscriptions) return tl::unexpected<Error>(subscriptions.error());
  for (const auto& s : *subscriptions) {
    if (covered(s, *left)) continue;
    out.writes.emplace_back(
        ports::NotificationUnsubscription{s.subscription, s.host, s.impu, s.reference, s.service_indication});
    ++out.subscriptions;
  }
  return out;
}

}  // namespace vouchsafe::operations
