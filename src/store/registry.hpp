#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/subscription.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::store {

/// The operator's registry: authorizers, grants, pools and shared sets. Every change of it makes decisions that were
/// taken before it void: a registration that is being committed is decided anew.
class Registry {
 public:
  explicit Registry(Database& database) : database_(database) {}

  /// \return conflict when the name is there
  Result<void> add_authorizer(const AuthorizerName& name, bool token_required);
  /// \return not_found
  Result<void> set_suspended(const AuthorizerName& name, bool suspended);
  /// Takes the authorizer out, with all that was granted to it. \return how many grants that were; not_found
  Result<std::size_t> remove_authorizer(const AuthorizerName& name);
  Result<std::vector<Authorizer>> authorizers();

  /// Writes a grant, in place of one with the same subject and authorizer. The subject's own subscription holds it; a
  /// pool that is no subscription's identity is the operator's. \return not_found for an unknown subject or authorizer
  Result<void> grant(const Grant& grant);
  /// \return not_found when there was no such grant
  Result<void> revoke(Grant::Subject kind, const std::string& subject, const AuthorizerName& authorizer);
  /// \param subject, authorizer only grants with these; grants to one subscription come with its subject's text
  Result<std::vector<Grant>> grants(const std::optional<std::string>& subject,
                                    const std::optional<AuthorizerName>& authorizer);

  Result<void> put_shared_ifc(const SharedIfc& set);
  Result<void> remove_shared_ifc(const std::string& name);
  Result<std::vector<SharedIfc>> shared_ifcs();

 private:
  Database& database_;
};

}  // namespace vouchsafe::store
