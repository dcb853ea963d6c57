#include "domain/allowed_names.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

void add(std::vector<AuthorizerName>& names, const AuthorizerName& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

/// FNV-1a.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t out = 14695981039346656037ULL ^ seed;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return out;
}

}  // namespace

AllowedNames allowed_names(std::span<const RegisteredGrant> grants, const Authorizers& authorizers, Time now) {
  AllowedNames out;
  for (const auto& registered : grants) {
    const Grant& grant = registered.grant;
    const Authorizer* authorizer = authorizers.find(grant.authorizer);
    const bool active = authorizer != nullptr && authorizer->suspension(now) == nullptr;
    if (!active || !grant.in_force(now)) continue;
    add(out.wafs, grant.authorizer);
    for (const auto& wwsf : grant.wwsf) add(out.wwsfs, wwsf);
  }
  return out;
}

std::uint64_t fingerprint(const AllowedNames& names) {
  std::uint64_t out = 0;
  for (const auto& name : names.wafs) out += hash(name.text(), 1);
  for (const auto& name : names.wwsfs) out += hash(name.text(), 2);
  return out;
}

std::optional<Time> next_boundary(std::span<const RegisteredGrant> grants, const Authorizers& authorizers, Time now) {
  std::optional<Time> out;
  const auto consider = [&](const std::optional<Time>& at) {
    if (at && *at > now && (!out || *at < *out)) out = at;
  };
  for (const auto& registered : grants) {
    consider(registered.grant.not_before);
    consider(registered.grant.not_after);
    if (const Authorizer* authorizer = authorizers.find(registered.grant.authorizer)) {
      for (const auto& suspension : authorizer->suspensions) consider(suspension.until);
    }
  }
  return out;
}

}  // namespace vouchsafe
