#include "store/subscription_change.hpp"

#include "domain/review.hpp"
#include "domain/wildcard.hpp"
#include "ports/state_writes.hpp"
#include "store/sealing_keys.hpp"
#include "store/sql_error.hpp"
#include "store/sql_reader.hpp"
#include "store/wildcard_ends.hpp"
#include "store/with_connection.hpp"
#include "store/writer.hpp"

#include <algorithm>
#include <tuple>

namespace vouchsafe::store {
namespace {

constexpr auto permanent = TerminationReason::permanent_termination;

Result<ports::View> read(Connection& connection, std::int64_t subscription) {
  ports::Lookup lookup;
  lookup.subscription = subscription;
  lookup.grants = true;
  auto view = ConnectionReader(connection, true).find(lookup);
  if (view && !view->subscription) return fail(Error::Kind::not_found, "no such subscription");
  return view;
}

/// All of them have the first one for their origin.
void add(Writer& writer, OutboxEntry entry, std::int64_t& origin) {
  entry.origin = origin;
  const std::int64_t id = writer.add(entry);
  if (origin == 0) origin = id;
}

template <class Identity>
bool holds(const std::vector<Identity>& all, const std::string& text, const std::string& (*text_of)(const Identity&)) {
  return std::any_of(all.begin(), all.end(), [&](const Identity& i) { return text_of(i) == text; });
}

const std::string& impi_of(const PrivateIdentity& i) { return i.impi.text(); }
const std::string& impu_of(const PublicIdentity& u) { return u.impu.text(); }

/// Takes out the rows of identities that are gone, and adds those that are new.
template <class Identity>
void replace_identities(soci::session& sql, const char* table, const std::vector<Identity>& before,
                        const std::vector<Identity>& after, const std::string& (*text_of)(const Identity&),
                        long long id) {
  for (const auto& old : before) {
    if (holds(after, text_of(old), text_of)) continue;
    sql << std::string("DELETE FROM ") + table + " WHERE " + table + " = :text", soci::use(text_of(old));
  }
  for (const auto& added : after) {
    if (holds(before, text_of(added), text_of)) continue;
    sql << std::string("INSERT INTO ") + table + " (" + table + ", subscription_id) VALUES (:text, :id)",
        soci::use(text_of(added)), soci::use(id);
  }
}

void replace_wildcards(soci::session& sql, const Profile& profile) {
  for (const auto& u : profile.impus) {
    sql << "DELETE FROM wildcard WHERE impu = :u", soci::use(u.impu.text());
    if (u.kind == PublicIdentity::Kind::distinct) continue;
    const std::string prefix = prefix_of(u.impu.text());
    const std::string ending = ending_of(u.impu.text());
    sql << "INSERT INTO wildcard (impu, prefix, ending) VALUES (:u, :p, :e)", soci::use(u.impu.text()),
        soci::use(prefix), soci::use(ending);
  }
}

/// A registration whose IMPI, IMPU or set is not in the new profile. One whose set is barred is the review's to end.
bool ends_with(const Registration& r, const Profile& profile) {
  if (!holds(profile.impis, r.impi.text(), impi_of)) return true;
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

void notify(Writer& writer, const Subscription& before, const Profile& after, Time now) {
  const auto changed = [&](DataReference reference) {
    writer(ports::DataChanged{before.id, reference, {}, std::nullopt, {}, now});
  };
  if (!same_ifc(before.profile, after)) changed(DataReference::initial_filter_criteria);
  if (!same(before.profile.charging, after.charging)) changed(DataReference::charging_information);
  const auto identities = [](const Profile& p) {
    std::vector<std::tuple<std::string, std::uint32_t, bool>> out;
    for (const auto& u : p.impus) out.emplace_back(u.impu.text(), u.irs, u.barred);
    return out;
  };
  if (identities(before.profile) != identities(after)) changed(DataReference::ims_public_identity);
}

/// What the S-CSCF is to learn: the profile, and whose credentials are others.
void ask_reviews(Writer& writer, const Subscription& before, const Profile& profile, Time now, std::int64_t& origin) {
  OutboxEntry review;
  review.subscription = before.id;
  review.body = SubscriptionReview{{true, !same(before.profile.charging, profile.charging), {}}};
  review.cause = "profile changed";
  review.created = now;
  add(writer, review, origin);
  for (auto& impi : changed_credentials(before.profile, profile)) {
    OutboxEntry credentials;
    credentials.subscription = before.id;
    credentials.body = SubscriptionReview{{false, false, std::move(impi)}};
    credentials.cause = review.cause;
    credentials.created = now;
    add(writer, std::move(credentials), origin);
  }
}

}  // namespace

Result<std::int64_t> SubscriptionChanger::remove(std::int64_t subscription, Time now) {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    const auto view = read(connection, subscription);
    if (!view) return tl::unexpected<Error>(view.error());
    Writer writer(connection.sql(), connection.write());
    State state = view->subscription->state;
    std::int64_t origin = 0;
    const auto every = [](const Registration&) { return std::string("subscription deleted"); };
    for (auto& rtr : end_registrations(*view->subscription, state, every, permanent, now))
      add(writer, std::move(rtr), origin);
    const long long id = subscription;
    connection.sql() << "DELETE FROM subscription WHERE id = :id", soci::use(id);
    transaction.commit();
    return origin;
  });
}

Result<std::int64_t> SubscriptionChanger::replace(std::int64_t subscription, const Profile& profile, Time now,
                                                  std::uint32_t sealed_with) {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    const auto view = read(connection, subscription);
    if (!view) return tl::unexpected<Error>(view.error());
    auto origin = write(connection, *view, profile, now, sealed_with);
    if (origin) transaction.commit();
    return origin;
  });
}

Result<std::int64_t> SubscriptionChanger::edit(std::int64_t subscription, const Edit& edit, Time now) {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    const auto view = read(connection, subscription);
    if (!view) return tl::unexpected<Error>(view.error());
    Profile profile = view->subscription->profile;
    if (auto edited = edit(profile); !edited) return tl::unexpected<Error>(edited.error());
    if (auto sound = check(profile); !sound) return tl::unexpected<Error>(sound.error());
    auto origin = write(connection, *view, profile, now, 0);  // an edit brings no secrets
    if (origin) transaction.commit();
    return origin;
  });
}

Result<std::int64_t> SubscriptionChanger::write(Connection& connection, const ports::View& view, const Profile& profile,
                                                Time now, std::uint32_t sealed_with) {
  const Subscription& before = *view.subscription;
  soci::session& sql = connection.sql();
  if (brings_secrets(before.profile, profile)) {
    if (auto current = check_current(sql, sealed_with); !current) return tl::unexpected<Error>(current.error());
  }
  Writer writer(sql, connection.write());
  std::int64_t origin = 0;
  State state = before.state;
  const auto gone = [&](const Registration& r) {
    return ends_with(r, profile) ? std::string("identity removed") : std::string{};
  };
  for (auto& rtr : end_registrations(before, state, gone, permanent, now)) add(writer, std::move(rtr), origin);
  if (!(state == before.state)) writer.apply(ports::state_writes(view, state, now));
  notify(writer, before, profile, now);
  try {
    replace_identities(sql, "impi", before.profile.impis, profile.impis, impi_of, before.id);
    replace_identities(sql, "impu", before.profile.impus, profile.impus, impu_of, before.id);
  } catch (const soci::soci_error& e) {
    if (!breaks_constraint(e)) throw;
    return fail(Error::Kind::conflict, "an identity is another subscription's");
  }
  replace_wildcards(sql, profile);
  writer(ports::ProfileChange{before.id, profile});
  ask_reviews(writer, before, profile, now, origin);
  return origin;
}

}  // namespace vouchsafe::store
