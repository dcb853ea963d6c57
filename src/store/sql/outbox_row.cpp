#include "store/sql/outbox_row.hpp"

#include <sstream>

namespace vouchsafe::store {
namespace {

/// Stored by number: never change one.
enum Kind : int {
  subscription_review = 0,
  authorizer_review = 1,
  termination = 2,
  profile_push = 3,
  data_notification = 4,
  monitored_review = 5,
};

/// `flags`: what has changed, and above these bits the Reason-Code of an RTR.
enum Flag : int { user_data = 1, charging = 2, credentials = 4, allowed = 8 };
constexpr int reason_shift = 4;

int flag(bool on, Flag which) { return on ? which : 0; }

/// Fills the columns that are the body's.
struct Filling {
  OutboxRow& row;

  void operator()(const SubscriptionReview& review) const {
    const auto& changes = review.changes;
    row.kind = Kind::subscription_review;
    row.flags = flag(changes.user_data, Flag::user_data) | flag(changes.charging, Flag::charging) |
                flag(changes.credentials.has_value(), Flag::credentials);
    if (changes.credentials) row.impi = changes.credentials->text();
  }
  void operator()(const AuthorizerReview& review) const {
    row.kind = Kind::authorizer_review;
    row.authorizer = review.authorizer;
    row.cursor = review.cursor;
    row.flags = flag(review.user_data, Flag::user_data);
  }
  void operator()(const MonitoredReview& review) const {
    row.kind = Kind::monitored_review;
    row.cursor = review.cursor;
  }
  void operator()(const Termination& rtr) const {
    row.kind = Kind::termination;
    row.impi = rtr.impi.text();
    for (const auto& impu : rtr.impus) row.impus += (row.impus.empty() ? "" : "\n") + impu.text();
    set_sets(rtr.sets);
    row.flags = static_cast<int>(rtr.reason) << reason_shift;
  }
  void operator()(const ProfilePush& ppr) const {
    row.kind = Kind::profile_push;
    row.impi = ppr.impi.text();
    set_sets(ppr.sets);
    row.flags = flag(ppr.user_data, Flag::user_data) | flag(ppr.charging, Flag::charging) |
                flag(ppr.credentials, Flag::credentials) | flag(ppr.allowed, Flag::allowed);
  }
  void operator()(const DataNotification& pnr) const {
    row.kind = Kind::data_notification;
    row.impus = pnr.impu.text();
    row.reference = static_cast<int>(pnr.reference);
    row.service = pnr.service_indication;
  }

 private:
  void set_sets(const std::vector<std::uint32_t>& sets) const {
    for (const auto irs : sets) row.sets += (row.sets.empty() ? "" : " ") + std::to_string(irs);
  }
};

std::vector<Impu> impus_of(const OutboxRow& row) {
  std::vector<Impu> out;
  std::istringstream lines(row.impus);
  for (std::string line; std::getline(lines, line);) out.push_back(Impu::trusted(line));
  return out;
}

std::vector<std::uint32_t> sets_of(const OutboxRow& row) {
  std::vector<std::uint32_t> out;
  std::istringstream numbers(row.sets);
  for (std::uint32_t irs = 0; numbers >> irs;) out.push_back(irs);
  return out;
}

Result<OutboxBody> body_of(const OutboxRow& row) {
  const auto has = [&](Flag flag) { return (row.flags & flag) != 0; };
  switch (row.kind) {
    case Kind::subscription_review: {
      ProfileChanges changes{has(Flag::user_data), has(Flag::charging), {}};
      if (has(Flag::credentials)) changes.credentials = Impi::trusted(row.impi);
      return SubscriptionReview{std::move(changes)};
    }
    case Kind::authorizer_review:
      return AuthorizerReview{row.authorizer, has(Flag::user_data), row.cursor};
    case Kind::monitored_review:
      return MonitoredReview{row.cursor};
    case Kind::termination:
      return Termination{Impi::trusted(row.impi), impus_of(row), sets_of(row),
                         static_cast<TerminationReason>((row.flags >> reason_shift) & 3)};
    case Kind::profile_push:
      return ProfilePush{Impi::trusted(row.impi), sets_of(row),           has(Flag::user_data),
                         has(Flag::charging),     has(Flag::credentials), has(Flag::allowed)};
    case Kind::data_notification:
      return DataNotification{Impu::trusted(row.impus), static_cast<DataReference>(row.reference), row.service};
    default:
      return malformed("entry " + std::to_string(row.id) +
                       " of the outbox is of a kind that is not known: " + std::to_string(row.kind));
  }
}

}  // namespace

OutboxRow OutboxRow::from(const OutboxEntry& entry) {
  OutboxRow row;
  row.id = entry.id;
  row.subscription = entry.subscription;
  row.host = entry.host;
  row.realm = entry.realm;
  row.cause = entry.cause;
  row.created = entry.created.time_since_epoch().count();
  row.due = entry.due.count();
  row.tries = entry.tries;
  row.given_up = entry.given_up ? 1 : 0;
  row.error = entry.error;
  row.origin = entry.origin;
  std::visit(Filling{row}, entry.body);
  return row;
}

Result<OutboxEntry> OutboxRow::entry() const {
  auto body = body_of(*this);
  if (!body) return tl::unexpected<Error>(body.error());
  OutboxEntry out;
  out.id = id;
  out.subscription = subscription;
  out.host = host;
  out.realm = realm;
  out.body = std::move(*body);
  out.origin = origin;
  out.cause = cause;
  out.created = Time{std::chrono::seconds{created}};
  out.due = std::chrono::milliseconds{due};
  out.tries = tries;
  out.given_up = given_up != 0;
  out.error = error;
  return out;
}

}  // namespace vouchsafe::store
