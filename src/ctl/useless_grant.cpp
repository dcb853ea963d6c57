#include "ctl/useless_grant.hpp"

#include "domain/decide.hpp"

#include <algorithm>
#include <set>

namespace vouchsafe::ctl {
namespace {

bool concerns(const Grant& grant, const PrivateIdentity& identity) {
  return grant.kind != Grant::Subject::impi || grant.subject == identity.impi.text();
}

/// The sets of which the grant covers something.
std::set<std::uint32_t> sets_of(const Subscription& subscription, const Grant& grant, const Impi& impi) {
  std::set<std::uint32_t> out;
  for (const auto& u : subscription.profile.impus) {
    if (!u.barred && grant.covers(impi, u.impu)) out.insert(u.irs);
  }
  return out;
}

}  // namespace

std::vector<std::string> useless(const Subscription& subscription, const Grant& grant, const std::vector<Grant>& all) {
  std::vector<RegisteredGrant> grants;
  grants.reserve(all.size());
  for (const auto& g : all) grants.push_back({g});
  std::vector<std::string> out;
  for (const auto& identity : subscription.profile.impis) {
    if (!concerns(grant, identity)) continue;
    if (identity.way == WayToRegister::direct) {
      out.push_back(identity.impi.text() +
                    " registers by authentication alone: no vouching counts for it; vouchctl subscriber way --impi " +
                    identity.impi.text() + " delegated, or direct-or-delegated");
      continue;
    }
    for (const auto irs : sets_of(subscription, grant, identity.impi)) {
      const auto set = subscription.unbarred(irs);
      const Impu* missing = first_uncovered(grant.authorizer, identity.impi, set, grants);
      if (missing == nullptr) continue;
      out.push_back("set " + std::to_string(irs) + " is covered in part: " + missing->text() + " grants " +
                    grant.authorizer.text() + " nothing, so it registers none of the set; vouchctl grant --impu " +
                    missing->text() + ", or --whole-set");
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace vouchsafe::ctl
