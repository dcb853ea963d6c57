#pragma once

#include "ports/sh_documents.hpp"

namespace vouchsafe::profile {

/// Sh-Data (TS 29.328, annex C), read and written with libxml2.
class XmlShDocuments : public ports::ShDocuments {
 public:
  [[nodiscard]] Result<std::string> write(const ports::ShData& data) const override;
  [[nodiscard]] Result<ports::ShUpdate> read(std::string_view xml) const override;
  [[nodiscard]] Result<std::string> write_grants(const std::vector<Grant>& grants) const override;
  [[nodiscard]] Result<std::vector<Grant>> read_grants(std::string_view service_data,
                                                       const Impu& subject) const override;
  [[nodiscard]] Result<std::string> criteria_for(const ports::ServedView& view, const PublicIdentity& impu,
                                                 std::string_view server_name) const override;
};

}  // namespace vouchsafe::profile
