#include "operations/edit_profile.hpp"

#include "operations/replace_profile.hpp"

#include <algorithm>

namespace vouchsafe::operations {
namespace {

/// An edit brings no secrets.
Result<ports::Writes> replaced(const ports::View& view, const Profile& profile, Time now) {
  if (auto sound = check(profile); !sound) return tl::unexpected<Error>(sound.error());
  return replace_profile(view, profile, 0, now);
}

}  // namespace

Result<ports::Writes> bar(const ports::View& view, const Impu& impu, bool barred, Time now) {
  Profile profile = view.subscription->profile;
  const auto found =
      std::find_if(profile.impus.begin(), profile.impus.end(), [&](const auto& u) { return u.impu == impu; });
  if (found == profile.impus.end()) return fail(Error::Kind::not_found, impu.text() + " is gone");
  found->barred = barred;
  return replaced(view, profile, now);
}

Result<ports::Writes> change_way(const ports::View& view, const Impi& impi, WayToRegister way, Time now) {
  Profile profile = view.subscription->profile;
  const auto found =
      std::find_if(profile.impis.begin(), profile.impis.end(), [&](const auto& i) { return i.impi == impi; });
  if (found == profile.impis.end()) return fail(Error::Kind::not_found, impi.text() + " is gone");
  found->way = way;
  return replaced(view, profile, now);
}

}  // namespace vouchsafe::operations
