#pragma once

#include <cstdint>
#include <vector>

namespace vouchsafe {

/// One Supported-Features AVP (TS 29.229, 6.3.29).
struct FeatureList {
  std::uint32_t vendor = 0;
  std::uint32_t id = 0;
  std::uint32_t bits = 0;
  bool mandatory = false;  ///< its M flag: the sender insists
  bool operator==(const FeatureList&) const = default;
};
using Features = std::vector<FeatureList>;

inline constexpr std::uint32_t vendor_3gpp = 10415;
inline constexpr std::uint32_t feature_shared_ifc = 1U << 0U;  ///< SiFC, list 1 of 3GPP (TS 29.229, 7.1.1)

/// What this HSS supports: shared iFC sets, and delegated authorization under the project's vendor.
Features supported_features(std::uint32_t vouchsafe_vendor);

/// \return whether the request insists on something that is not supported: DIAMETER_ERROR_FEATURE_UNSUPPORTED (7.2.1)
bool insists_on_more(const Features& asked, const Features& supported);

/// What an answer says of features, where the request spoke of them. \return whether the request insists on more
bool negotiate(const Features& asked, const Features& supported, Features& answer);

/// \return whether the other side offers the feature
bool offers(const Features& asked, std::uint32_t vendor, std::uint32_t id, std::uint32_t bit);

}  // namespace vouchsafe
