#pragma once

#include "domain/evidence.hpp"

#include <string_view>

namespace vouchsafe::ports {

/// Whom a rule of the operator allows only so many vouchings a second. Safe from many threads at once.
class Throttles {
 public:
  virtual ~Throttles() = default;
  /// Asked once for each vouching that every check lets pass, when it is made. \return false: it is one too many
  virtual bool admits(std::string_view authorizer, std::string_view client, const Evidence& evidence) noexcept = 0;
};

}  // namespace vouchsafe::ports
