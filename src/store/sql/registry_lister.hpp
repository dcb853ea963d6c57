#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/repository.hpp"
#include "domain/subscription.hpp"
#include "store/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::store {

/// Lists the operator's registry: authorizers, grants, pools, shared sets, and who may do what over Sh. Operations
/// change it.
class RegistryLister {
 public:
  explicit RegistryLister(Database& database) : database_(database) {}

  Result<std::vector<Authorizer>> authorizers();

  /// \param subject, authorizer only grants with these; grants to one subscription come with its subject's text
  Result<std::vector<Grant>> grants(const std::optional<std::string>& subject,
                                    const std::optional<AuthorizerName>& authorizer);

  Result<std::vector<SharedIfc>> shared_ifcs();
  Result<std::vector<AsPermission>> permissions();

 private:
  Database& database_;
};

}  // namespace vouchsafe::store
