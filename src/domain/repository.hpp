#pragma once

#include "domain/data_reference.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vouchsafe {

/// The Service-Indication under which a subscriber's grants are repository data.
inline constexpr std::string_view delegated_authorizers_service = "delegated-authorizers";

/// Repository data of a public identity (TS 29.328, 7.6.1). The grants of a subscription are such data too, under
/// delegated_authorizers_service.
struct RepositoryData {
  std::string service_indication;
  std::uint16_t sequence = 0;
  std::string service_data;  ///< the elements inside ServiceData, as XML
};

/// \return the Sequence-Number after this one: after 65535 comes 1 (TS 29.328, 6.1.2.1)
constexpr std::uint16_t next_sequence(std::uint16_t n) {
  return n == 65535 ? std::uint16_t{1} : static_cast<std::uint16_t>(n + 1);
}

/// \return the Sequence-Number of a subscription's grants after they change in another way than by a PUR; 0, as for
/// none, where there were none before
constexpr std::uint16_t sequence_after_change(std::uint16_t n, bool has_grants) {
  return n != 0 || has_grants ? next_sequence(n) : std::uint16_t{0};
}

/// An entry of the AS permission list (TS 29.328, 6.2).
struct AsPermission {
  std::string host;  ///< Origin-Host: a name or "*.rest"; of an older release "start*" too
  DataReference reference = DataReference::repository_data;
  std::string service_indication;  ///< of repository data; empty: every one but the grants
  ShOperations operations{};
};

/// \param service of repository data; empty: with any service \return whether the entry lets its host do it. Who
/// vouches for a subscriber is no service like others: only an entry that names it covers the grants.
constexpr bool covers(const AsPermission& permission, ShOperation operation, DataReference reference,
                      std::string_view service) {
  if (permission.reference != reference || !permission.operations.has(operation)) return false;
  if (service.empty() || permission.service_indication == service) return true;
  const bool grants = reference == DataReference::repository_data && service == delegated_authorizers_service;
  return permission.service_indication.empty() && !grants;
}

}  // namespace vouchsafe
