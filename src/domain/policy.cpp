#include "domain/policy.hpp"

#include "domain/text.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

/// A line of the log has an end: a few reasons in each.
void add(std::vector<std::string>& out, const ReasonSet& set, const std::string& whom) {
  constexpr std::size_t in_a_line = 3;
  if (set.has_all()) {
    out.push_back("every check " + whom);
    return;
  }
  const auto names = names_in(set);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i % in_a_line == 0) out.emplace_back();
    out.back() += (out.back().empty() ? "" : ", ") + std::string(names[i]);
    if (i % in_a_line == in_a_line - 1 || i + 1 == names.size()) out.back() += " " + whom;
  }
}

}  // namespace

const Client* Policy::client(std::string_view host) const {
  const auto found =
      std::find_if(clients.begin(), clients.end(), [&](const Client& c) { return host_matches(c.pattern, host); });
  return found == clients.end() ? nullptr : &*found;
}

Roles Policy::roles_of(std::string_view host) const {
  const Client* known = client(host);
  return known == nullptr ? Roles{} : known->roles;
}

bool Policy::requires_token(std::string_view host) const {
  if (token_required) return true;
  const Client* known = client(host);
  return known != nullptr && known->token_required;
}

bool Policy::may_speak_for(std::string_view peer, std::string_view host) const {
  if (same_host(peer, host)) return true;
  return std::any_of(agents.begin(), agents.end(), [&](const Agent& agent) {
    return host_matches(agent.peer, peer) &&
           std::any_of(agent.speaks_for.begin(), agent.speaks_for.end(),
                       [&](const std::string& pattern) { return host_matches(pattern, host); });
  });
}

bool Policy::monitored(Reason reason, std::string_view host, Roles roles) const {
  if (monitor.has(reason)) return true;
  return std::any_of(monitor_clients.begin(), monitor_clients.end(),
                     [&](const auto& s) { return s.reasons.has(reason) && host_matches(s.pattern, host); }) ||
         std::any_of(monitor_roles.begin(), monitor_roles.end(),
                     [&](const auto& s) { return s.reasons.has(reason) && roles.has(s.role); });
}

std::vector<std::string> Policy::not_enforced() const {
  std::vector<std::string> out;
  add(out, monitor, "for everybody");
  for (const auto& scope : monitor_clients) add(out, scope.reasons, "for " + scope.pattern);
  for (const auto& scope : monitor_roles) add(out, scope.reasons, "for the role " + std::string(name_of(scope.role)));
  return out;
}

bool is_host_pattern(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  return is_diameter_identity(text);
}

}  // namespace vouchsafe
