#include "domain/features.hpp"

#include <algorithm>

namespace vouchsafe {

Features supported_features(std::uint32_t vouchsafe_vendor) {
  return {{vendor_3gpp, 1, feature_shared_ifc, false}, {vouchsafe_vendor, 1, 1U, false}};
}

bool insists_on_more(const Features& asked, const Features& supported) {
  return std::any_of(asked.begin(), asked.end(), [&](const FeatureList& want) {
    if (!want.mandatory) return false;
    const auto have = std::find_if(supported.begin(), supported.end(),
                                   [&](const FeatureList& s) { return s.vendor == want.vendor && s.id == want.id; });
    return have == supported.end() || (want.bits & ~have->bits) != 0;
  });
}

bool negotiate(const Features& asked, const Features& supported, Features& answer) {
  if (asked.empty()) return false;
  answer = supported;
  return insists_on_more(asked, supported);
}

bool offers(const Features& asked, std::uint32_t vendor, std::uint32_t id, std::uint32_t bit) {
  return std::any_of(asked.begin(), asked.end(),
                     [&](const FeatureList& f) { return f.vendor == vendor && f.id == id && (f.bits & bit) != 0; });
}

}  // namespace vouchsafe
