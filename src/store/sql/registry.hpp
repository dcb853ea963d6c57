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

  /// \return conflict when the name is there
  Result<void> add_authorizer(const AuthorizerName& name, bool token_required);
  /// \return the origin; not_found
  Result<std::int64_t> set_state(const AuthorizerName& name, Authorizer::State state, Time now);
  struct Removed {
    std::size_t grants = 0;  ///< that were taken out with it
    std::int64_t origin = 0;
  };
  /// Takes the authorizer out, with all that was granted to it: suspends it first, and then goes through its grants a
  /// batch at a time. \return not_found
  Result<Removed> remove_authorizer(const AuthorizerName& name, Time now);
  Result<std::vector<Authorizer>> authorizers();

  /// Writes a grant, in place of one with the same subject and authorizer. The subject's own subscription holds it; a
  /// pool that is no subscription's identity is the operator's. \return the origin; not_found for an unknown subject or
  /// authorizer
  Result<std::int64_t> grant(const Grant& grant, Time now);
  /// \return the origin; not_found when there was no such grant
  Result<std::int64_t> revoke(Grant::Subject kind, const std::string& subject, const AuthorizerName& authorizer,
                              Time now);
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
