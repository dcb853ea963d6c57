#pragma once

#include "domain/reason.hpp"
#include "domain/role.hpp"
#include "domain/token.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe {

/// Reasons that are only monitored for some clients. A client is known by its connection, so that nobody gets into a
/// scope by what it writes.
struct ScopedMonitor {
  std::string pattern;  ///< a client's host, or "*.rest"
  ReasonSet reasons;
  bool operator==(const ScopedMonitor&) const = default;
};
struct RoleMonitor {
  Role role = Role::i_cscf;
  ReasonSet reasons;
  bool operator==(const RoleMonitor&) const = default;
};

/// A Diameter node that the HSS serves.
struct Client {
  std::string pattern;  ///< its Diameter identity, or "*.rest" for any below rest
  Roles roles;
  bool vouching_only = false;
  bool marks = false;
  bool token_required = false;  ///< the vouchings that it carries need a signed token
};

/// A Diameter agent, and the clients that it may speak for.
struct Agent {
  std::string peer;
  std::vector<std::string> speaks_for;  ///< patterns
};

/// What the operator configured about who may do what, and about decisions. The default refuses: nobody is a client,
/// no agent speaks for anybody, nothing is monitored.
struct Policy {
  std::vector<Client> clients;
  std::vector<Agent> agents;
  bool token_required = false;  ///< every vouching needs a signed token
  TokenPolicy tokens{};
  ReasonSet monitor;
  std::vector<ScopedMonitor> monitor_clients;
  std::vector<RoleMonitor> monitor_roles;

  /// \return the first entry that the host fits; nullptr for a stranger
  [[nodiscard]] const Client* client(std::string_view host) const;
  /// \return what the client is; nothing for a stranger
  [[nodiscard]] Roles roles_of(std::string_view host) const;
  /// \return whether the peer is the host itself, or an agent that may speak for it
  [[nodiscard]] bool may_speak_for(std::string_view peer, std::string_view host) const;
  /// \return whether the vouchings that the client carries need a signed token
  [[nodiscard]] bool requires_token(std::string_view host) const;
  /// \return whether the check is only monitored for this client
  [[nodiscard]] bool monitored(Reason reason, std::string_view host, Roles roles) const;
  /// \return lines for the operator: what is not enforced, and for whom; none where everything is
  [[nodiscard]] std::vector<std::string> not_enforced() const;
};

/// \return whether the text can be a client's pattern: a Diameter identity, or "*." and one
bool is_host_pattern(std::string_view text);

/// Asks for the policy in force; what it gives stays as it is for as long as it is held.
using PolicyInForce = std::function<std::shared_ptr<const Policy>()>;

}  // namespace vouchsafe
