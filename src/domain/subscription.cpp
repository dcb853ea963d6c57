#include "domain/subscription.hpp"

#include "domain/wildcard.hpp"

#include <algorithm>
#include <array>

namespace vouchsafe {
namespace {

constexpr std::array<std::string_view, 5> scheme_names = {"Digest-AKAv1-MD5", "SIP Digest", "GIBA", "NASS-Bundled",
                                                          "none"};
constexpr std::array<std::string_view, 4> way_names = {"direct", "delegated", "direct-or-delegated", "trusted-node"};

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

template <class Range, class Text>
std::optional<std::string> twice(const Range& range, Text text) {
  std::vector<std::string> all;
  all.reserve(range.size());
  for (const auto& item : range) all.push_back(text(item));
  std::sort(all.begin(), all.end());
  const auto found = std::adjacent_find(all.begin(), all.end());
  return found == all.end() ? std::nullopt : std::optional(*found);
}

Result<void> check_default(const Profile& profile, std::uint32_t irs) {
  const auto usable = [&](const PublicIdentity& u) {
    return u.irs == irs && (u.kind != PublicIdentity::Kind::distinct || !u.barred);
  };
  const auto distinct_all_barred = std::none_of(profile.impus.begin(), profile.impus.end(), usable);
  // A set that is barred as a whole is a subscription put on hold: nothing in it is its default.
  const auto some_wildcard = std::any_of(profile.impus.begin(), profile.impus.end(), [&](const PublicIdentity& u) {
    return u.irs == irs && u.kind != PublicIdentity::Kind::distinct;
  });
  if (distinct_all_barred && some_wildcard) return malformed("a set's default IMPU must be distinct and not barred");
  return {};
}

}  // namespace

std::string_view name_of(AuthenticationScheme scheme) { return scheme_names.at(static_cast<std::size_t>(scheme)); }
std::optional<AuthenticationScheme> scheme_named(std::string_view name) {
  const auto scheme = named<AuthenticationScheme>(scheme_names, name);
  return scheme == AuthenticationScheme::none ? std::nullopt : scheme;
}
std::string_view name_of(WayToRegister way) { return way_names.at(static_cast<std::size_t>(way)); }
std::optional<WayToRegister> way_named(std::string_view name) { return named<WayToRegister>(way_names, name); }

const PrivateIdentity* Subscription::find(const Impi& impi) const {
  const auto found =
      std::find_if(profile.impis.begin(), profile.impis.end(), [&](const auto& i) { return i.impi == impi; });
  return found == profile.impis.end() ? nullptr : &*found;
}

const PublicIdentity* Subscription::find(const Impu& impu) const {
  const auto found =
      std::find_if(profile.impus.begin(), profile.impus.end(), [&](const auto& u) { return u.impu == impu; });
  return found == profile.impus.end() ? nullptr : &*found;
}

const PublicIdentity* Subscription::match_wildcard(const Impu& impu) const {
  const PublicIdentity* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& candidate : profile.impus) {
    if (candidate.kind == PublicIdentity::Kind::distinct) continue;
    const auto wildcard = WildcardedIdentity::trusted(candidate.impu);
    if (!wildcard || !wildcard->matches(impu)) continue;
    if (best == nullptr || wildcard->prefix().size() > best_length) {
      best = &candidate;
      best_length = wildcard->prefix().size();
    }
  }
  return best;
}

std::vector<const Impu*> Subscription::unbarred(std::uint32_t irs) const {
  std::vector<const Impu*> out;
  for (const auto& u : profile.impus) {
    if (u.irs == irs && !u.barred) out.push_back(&u.impu);
  }
  return out;
}

bool Subscription::all_barred(std::uint32_t irs) const {
  return std::all_of(profile.impus.begin(), profile.impus.end(),
                     [&](const PublicIdentity& u) { return u.irs != irs || u.barred; });
}

namespace {

Result<void> check(const PrivateIdentity& identity) {
  const bool needs_credentials =
      identity.way == WayToRegister::direct || identity.way == WayToRegister::direct_or_delegated;
  if (identity.scheme == AuthenticationScheme::none && needs_credentials)
    return malformed("IMPI " + identity.impi.text() + ": its way to register is " + std::string(name_of(identity.way)) +
                     ", which needs credentials");
  return {};
}

}  // namespace

Result<void> check(const Profile& profile) {
  if (profile.impis.empty()) return malformed("a subscription has at least one IMPI");
  if (profile.impus.empty()) return malformed("a subscription has at least one IMPU");
  if (auto again = twice(profile.impis, [](const auto& i) { return i.impi.text(); })) {
    return malformed("IMPI " + *again + " is there twice");
  }
  if (auto again = twice(profile.impus, [](const auto& u) { return u.impu.text(); })) {
    return malformed("IMPU " + *again + " is there twice");
  }
  for (const auto& i : profile.impis) {
    if (auto ok = check(i); !ok) return ok;
  }
  for (const auto& u : profile.impus) {
    const bool wildcarded = u.kind != PublicIdentity::Kind::distinct;
    if (wildcarded != looks_wildcarded(u.impu.text())) {
      return malformed("IMPU " + u.impu.text() +
                       ": a wildcarded identity needs \"wildcard\" and two '!', a distinct one neither");
    }
    if (wildcarded) {
      if (auto w = WildcardedIdentity::parse(u.impu); !w)
        return malformed("IMPU " + u.impu.text() + ": " + w.error().detail);
    }
    if (u.irs == 0) return malformed("an implicit registration set is numbered from 1");
    if (auto ok = check_default(profile, u.irs); !ok) return ok;
  }
  return {};
}

}  // namespace vouchsafe
