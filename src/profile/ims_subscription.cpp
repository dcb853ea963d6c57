#include "profile/ims_subscription.hpp"

#include "profile/filter_criteria.hpp"
#include "profile/xml_writer.hpp"

#include <algorithm>
#include <vector>

namespace vouchsafe::profile {
namespace {

/// IdentityType: 1 wildcarded PSI, 2 wildcarded IMPU; the latter lives in an Extension of the Extension since
/// Release 8.
void write_public_identity(XmlWriter& out, const PublicIdentity& impu) {
  out.start("PublicIdentity");
  if (impu.barred) out.element("BarringIndication", "1");
  out.element("Identity", impu.impu.text());
  if (impu.kind == PublicIdentity::Kind::wildcarded_psi) {
    out.start("Extension");
    out.element("IdentityType", "2");
    out.element("WildcardedPSI", impu.impu.text());
    out.end();
  } else if (impu.kind == PublicIdentity::Kind::wildcarded_impu) {
    out.start("Extension");
    out.element("IdentityType", "3");
    out.start("Extension");
    out.start("Extension");
    out.element("WildcardedIMPU", impu.impu.text());
    out.end();
    out.end();
    out.end();
  }
  out.end();
}

/// A shared set goes as its number to an S-CSCF that holds shared sets, written out to any other (7.1.1, SiFC).
Result<void> write_criteria(XmlWriter& out, const ports::ServedView& view, const std::string& ifc, bool shared_sets) {
  if (ifc.empty()) return {};
  if (ifc.front() == '<') {
    out.raw(ifc);
    return {};
  }
  const SharedIfc* set = shared_set(view, ifc);
  if (set == nullptr) return unavailable("the shared iFC set " + ifc + " is not in the database");
  if (shared_sets) {
    out.start("Extension");
    out.element("SharedIFCSetID", std::to_string(set->id));
    out.end();
  } else {
    out.raw(set->xml);
  }
  return {};
}

/// The IMPUs of the set, the default one first: the first distinct one that is not barred.
std::vector<const PublicIdentity*> members(const Profile& profile, std::uint32_t irs) {
  std::vector<const PublicIdentity*> out;
  for (const auto& u : profile.impus) {
    if (u.irs == irs) out.push_back(&u);
  }
  const auto usable = std::find_if(out.begin(), out.end(), [](const PublicIdentity* u) {
    return !u->barred && u->kind == PublicIdentity::Kind::distinct;
  });
  if (usable != out.end()) std::rotate(out.begin(), usable, usable + 1);
  return out;
}

}  // namespace

Result<std::string> ImsSubscriptionWriter::user_data(const ports::ServedView& view, const Impi& impi, std::uint32_t irs,
                                                     bool shared_sets) const {
  XmlWriter out;
  out.start("IMSSubscription");
  out.element("PrivateID", impi.text());
  auto left = members(view.subscription->profile, irs);
  while (!left.empty()) {  // a service profile for each different set of criteria
    const std::string& criteria = criteria_of(view, *left.front());
    out.start("ServiceProfile");
    for (const auto* u : left) {
      if (criteria_of(view, *u) == criteria) write_public_identity(out, *u);
    }
    if (auto written = write_criteria(out, view, criteria, shared_sets); !written)
      return tl::unexpected<Error>(written.error());
    out.end();
    std::erase_if(left, [&](const PublicIdentity* u) {
      return &criteria_of(view, *u) == &criteria || criteria_of(view, *u) == criteria;
    });
  }
  out.end();
  return out.finish();
}

Result<bool> ImsSubscriptionWriter::has_unregistered_services(const ports::ServedView& view,
                                                              const PublicIdentity& impu) const {
  const std::string& criteria = criteria_of(view, impu);
  if (criteria.empty()) return false;
  if (criteria.front() == '<') return serves_unregistered(criteria);
  const SharedIfc* set = shared_set(view, criteria);
  if (set == nullptr) return unavailable("the shared iFC set " + criteria + " is not in the database");
  return serves_unregistered(set->xml);
}

}  // namespace vouchsafe::profile
