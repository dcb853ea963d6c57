#pragma once

#include "domain/grant.hpp"
#include "domain/subscription.hpp"
#include "domain/wildcard.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace vouchsafe::store {

/// The grants that the operator gave to pools of identities, found by the texts around a pool's expression: however
/// many there are, an identity is held only against those whose ends are its own.
class Pools {
 public:
  /// What is no wildcarded identity is left out.
  void add(RegisteredGrant grant);
  /// Adds the grants of every pool that has one of the profile's public identities, in the order that they were added.
  void add_to(const Profile& profile, std::vector<RegisteredGrant>& grants) const;

 private:
  struct Pool {
    RegisteredGrant grant;
    WildcardedIdentity wildcard;
  };
  using Numbers = std::vector<std::size_t>;
  using Endings = std::map<std::string, Numbers, std::less<>>;
  void find(const Impu& impu, Numbers& out) const;
  void find_between(const Impu& impu, const Endings& endings, std::size_t prefix, Numbers& out) const;
  std::vector<Pool> pools_;
  std::map<std::string, Endings, std::less<>> by_ends_;  ///< prefix, and the ending backwards
  std::map<std::string, Numbers, std::less<>> by_subject_;
};

}  // namespace vouchsafe::store
