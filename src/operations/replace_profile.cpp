#include "operations/replace_profile.hpp"

#include "domain/review.hpp"
#include "domain/wildcard.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>
#include <tuple>

namespace vouchsafe::operations {
namespace {

bool has(const Profile& profile, const Impi& impi) {
  return std::any_of(profile.impis.begin(), profile.impis.end(), [&](const auto& i) { return i.impi == impi; });
}
bool has(const Profile& profile, const Impu& impu) {
  return std::any_of(profile.impus.begin(), profile.impus.end(), [&](const auto& u) { return u.impu == impu; });
}

/// A registration whose IMPI, IMPU or set is not in the new profile. One whose set is barred is the review's to end.
bool ends_with(const Registration& r, const Profile& profile) {
  if (!has(profile, r.impi)) return true;
  return std::none_of(profile.impus.begin(), profile.impus.end(), [&](const PublicIdentity& u) {
    if (u.irs != r.irs) return false;
    if (u.kind == PublicIdentity::Kind::distinct) return u.impu == r.impu;
    const auto wildcard = WildcardedIdentity::trusted(u.impu);
    return wildcard && wildcard->matches(r.impu);
  });
}

bool same(const Charging& a, const Charging& b) {
  return a.primary_event == b.primary_event && a.secondary_event == b.secondary_event &&
         a.primary_collection == b.primary_collection && a.secondary_collection == b.secondary_collection;
}

/// Digest data that the S-CSCF holds: sealed anew at each import, so another box counts as other data.
std::vector<Impi> changed_credentials(const Profile& before, const Profile& after) {
  std::vector<Impi> out;
  for (const auto& i : after.impis) {
    if (i.scheme != AuthenticationScheme::sip_digest) continue;
    const auto old =
        std::find_if(before.impis.begin(), before.impis.end(), [&](const auto& b) { return b.impi == i.impi; });
    if (old != before.impis.end() && (old->sealed != i.sealed || old->digest_realm != i.digest_realm))
      out.push_back(i.impi);
  }
  return out;
}

/// Secrets that are not in the database: what was read before a rekey must not come back.
bool brings_secrets(const Profile& before, const Profile& after) {
  return std::any_of(after.impis.begin(), after.impis.end(), [&](const PrivateIdentity& i) {
    return !i.sealed.empty() && std::none_of(before.impis.begin(), before.impis.end(),
                                             [&](const PrivateIdentity& b) { return b.sealed == i.sealed; });
  });
}

bool same_ifc(const Profile& a, const Profile& b) {
  return a.ifc == b.ifc && std::equal(a.impus.begin(), a.impus.end(), b.impus.begin(), b.impus.end(),
                                      [](const auto& x, const auto& y) { return x.ifc == y.ifc; });
}

/// What each AS that subscribed to it is to learn.
void notify(const Subscription& before, const Profile& after, Time now, ports::Writes& out) {
  const auto changed = [&](DataReference reference) {
    out.emplace_back(ports::DataChanged{before.id, reference, {}, std::nullopt, {}, now});
  };
  if (!same_ifc(before.profile, after)) changed(DataReference::initial_filter_criteria);
  if (!same(before.profile.charging, after.charging)) changed(DataReference::charging_information);
  const auto identities = [](const Profile& p) {
    std::vector<std::tuple<std::string, std::uint32_t, bool>> all;
    for (const auto& u : p.impus) all.emplace_back(u.impu.text(), u.irs, u.barred);
    return all;
  };
  if (identities(before.profile) != identities(after)) changed(DataReference::ims_public_identity);
}

/// What the S-CSCF is to learn: the profile, and whose credentials are others.
void ask_reviews(const Subscription& before, const Profile& profile, Time now, ports::Writes& out) {
  const auto ask = [&](ProfileChanges changes) {
    OutboxEntry review = review_entry(before.id, "profile changed", now);
    review.body = SubscriptionReview{std::move(changes)};
    out.emplace_back(ports::OutboxAddition{std::move(review)});
  };
  ask({true, !same(before.profile.charging, profile.charging), {}});
  for (auto& impi : changed_credentials(before.profile, profile)) ask({false, false, std::move(impi)});
}

/// The identities that come and go.
ports::IdentitiesChange identities(const Subscription& before, const Profile& after) {
  ports::IdentitiesChange out{before.id, {}, {}, {}, {}};
  for (const auto& i : before.profile.impis) {
    if (!has(after, i.impi)) out.gone_impis.push_back(i.impi);
  }
  for (const auto& u : before.profile.impus) {
    if (!has(after, u.impu)) out.gone_impus.push_back(u.impu);
  }
  for (const auto& i : after.impis) {
    if (!has(before.profile, i.impi)) out.new_impis.push_back(i.impi);
  }
  for (const auto& u : after.impus) {
    if (!has(before.profile, u.impu)) out.new_impus.push_back(u.impu);
  }
  return out;
}

}  // namespace

ports::Writes replace_profile(const ports::View& view, const Profile& profile, std::uint32_t sealed_with, Time now) {
  const Subscription& before = *view.subscription;
  ports::Writes out;
  if (brings_secrets(before.profile, profile)) out.emplace_back(ports::SealedBy{sealed_with});
  State state = before.state;
  const auto gone = [&](const Registration& r) {
    return ends_with(r, profile) ? std::string("identity removed") : std::string{};
  };
  for (auto& rtr : end_registrations(before, state, gone, TerminationReason::permanent_termination, now))
    out.emplace_back(ports::OutboxAddition{std::move(rtr)});
  if (!(state == before.state)) {
    for (auto& write : ports::state_writes(view, std::move(state), now)) out.push_back(std::move(write));
  }
  notify(before, profile, now, out);
  out.emplace_back(identities(before, profile));
  out.emplace_back(ports::ProfileChange{before.id, profile});
  ask_reviews(before, profile, now, out);
  return out;
}

}  // namespace vouchsafe::operations
