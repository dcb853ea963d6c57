#pragma once

#include "profile/xml.hpp"

#include <libxml/xmlschemas.h>

#include <string_view>

namespace vouchsafe::profile {

/// dict/delegated-authorizers.xsd.
extern const std::string_view delegated_authorizers_xsd;

/// A compiled XML schema. Validating is safe from many threads at once.
class Schema {
 public:
  /// Throws std::runtime_error when libxml2 cannot compile it.
  explicit Schema(std::string_view xsd);
  ~Schema();
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  /// \return malformed, with the line, when the document is not valid
  [[nodiscard]] Result<void> validate(xmlDoc* document) const;

 private:
  xmlSchemaPtr schema_ = nullptr;
};

}  // namespace vouchsafe::profile
