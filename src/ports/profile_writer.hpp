#pragma once

#include "domain/subscription.hpp"
#include "ports/subscriber_store.hpp"

#include <string>

namespace vouchsafe::ports {

/// Writes the Cx user profile and looks into initial filter criteria.
class ProfileWriter {
 public:
  virtual ~ProfileWriter() = default;
  /// User-Data for an implicit registration set (TS 29.228, annex B and E).
  /// \param impi written as PrivateID; \param shared_sets the S-CSCF holds shared sets itself (feature SiFC)
  /// \return the XML; unavailable when the stored criteria cannot be written
  [[nodiscard]] virtual Result<std::string> user_data(const ports::ServedView& view, const Impi& impi,
                                                      std::uint32_t irs, bool shared_sets) const = 0;
  /// \return whether the IMPU's criteria hold a service for the unregistered state (SessionCase 2 or 3)
  [[nodiscard]] virtual Result<bool> has_unregistered_services(const ports::ServedView& view,
                                                               const PublicIdentity& impu) const = 0;
};

}  // namespace vouchsafe::ports
