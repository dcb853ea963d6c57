#include "store/sql/pools.hpp"

#include "store/sql/prefix_walk.hpp"
#include "store/sql/wildcard_ends.hpp"

#include <algorithm>
#include <iterator>

namespace vouchsafe::store {
namespace {

/// The greatest key of a map that is not greater than the bound.
template <class Map>
std::optional<std::string> last_up_to(const Map& map, std::string_view bound) {
  const auto next = map.upper_bound(bound);
  return next == map.begin() ? std::nullopt : std::optional(std::prev(next)->first);
}

}  // namespace

void Pools::add(RegisteredGrant grant) {
  const std::string subject = grant.grant.subject;
  auto wildcard = WildcardedIdentity::trusted(Impu::trusted(subject));
  if (!wildcard) return;
  by_ends_[prefix_of(subject)][ending_of(subject)].push_back(pools_.size());
  by_subject_[subject].push_back(pools_.size());
  grant.of_operator = true;
  pools_.push_back({std::move(grant), std::move(*wildcard)});
}

void Pools::add_to(const Profile& profile, std::vector<RegisteredGrant>& grants) const {
  if (pools_.empty()) return;
  Numbers found;
  for (const auto& u : profile.impus) find(u.impu, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  for (const std::size_t n : found) grants.push_back(pools_[n].grant);
}

void Pools::find(const Impu& impu, Numbers& out) const {
  // A subscription's own wildcarded identity is in the pool that is called like it.
  const auto same = by_subject_.find(impu.text());
  if (same != by_subject_.end()) out.insert(out.end(), same->second.begin(), same->second.end());
  walk_prefixes(
      impu.text(), [&](std::string_view bound) { return last_up_to(by_ends_, bound); },
      [&](const std::string& prefix) {
        find_between(impu, by_ends_.find(prefix)->second, prefix.size(), out);
        return false;
      });
}

void Pools::find_between(const Impu& impu, const Endings& endings, std::size_t prefix, Numbers& out) const {
  const std::string rest = backwards(std::string_view(impu.text()).substr(prefix));
  walk_prefixes(
      rest, [&](std::string_view bound) { return last_up_to(endings, bound); },
      [&](const std::string& ending) {
        const Numbers& between = endings.find(ending)->second;
        std::copy_if(between.begin(), between.end(), std::back_inserter(out),
                     [&](std::size_t n) { return pools_[n].wildcard.matches(impu); });
        return false;
      });
}

}  // namespace vouchsafe::store
