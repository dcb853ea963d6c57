#pragma once

#include "ports/profile_writer.hpp"

namespace vouchsafe::profile {

/// The Cx user profile (TS 29.228, annex B and E), written with libxml2.
class ImsSubscriptionWriter : public ports::ProfileWriter {
 public:
  [[nodiscard]] Result<std::string> user_data(const ports::ServedView& view, const Impi& impi, std::uint32_t irs,
                                              bool shared_sets) const override;
  [[nodiscard]] Result<bool> has_unregistered_services(const ports::ServedView& view,
                                                       const PublicIdentity& impu) const override;
};

}  // namespace vouchsafe::profile
