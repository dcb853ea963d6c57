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

/// The operator's registry: authorizers, grants, pools, shared sets, and who may do what over Sh. A change and what it
/// calls for (reviews, notifications) are one transaction; what gives an `origin` gives the number of the outbox entry
/// that follows, 0 for none (SqlOutbox::left).
class Registry {
 public:
  explicit Registry(Database& database) : database_(database) {}

  /// Takes the authorizer out, with all that was granted to it, a batch of grants at a time. It must vouch for nobody
  /// by then (operations::set_state): what a crash leaves undone is done by removing it again. \return how many grants
  /// were taken out with it; not_found
  Result<std::size_t> remove_authorizer(const AuthorizerName& name, Time now);
  Result<std::vector<Authorizer>> authorizers();

  /// \param subject, authorizer only grants with these; grants to one subscription come with its subject's text
  Result<std::vector<Grant>> grants(const std::optional<std::string>& subject,
                                    const std::optional<AuthorizerName>& authorizer);

  /// \return the origin, where a set of that name was there before
  Result<std::int64_t> put_shared_ifc(const SharedIfc& set, Time now);
  Result<void> remove_shared_ifc(const std::string& name);
  Result<std::vector<SharedIfc>> shared_ifcs();

  /// Adds operations to what a host may do with a Data-Reference and Service-Indication.
  Result<void> allow(const AsPermission& permission);
  struct Denied {
    std::size_t permissions = 0;    ///< entries that changed
    std::size_t subscriptions = 0;  ///< to notifications, which ended because no entry covers them any more
  };
  /// Takes operations away. \param everything of whatever Data-Reference; \return not_found
  Result<Denied> deny(const AsPermission& permission, bool everything);
  Result<std::vector<AsPermission>> permissions();

 private:
  Database& database_;
};

}  // namespace vouchsafe::store
