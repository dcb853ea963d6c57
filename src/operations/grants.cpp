#include "operations/grants.hpp"

#include "operations/grants_changed.hpp"
#include "operations/unknown_authorizer.hpp"

#include <algorithm>

namespace vouchsafe::operations {
namespace {

/// What the store holds of the subject. \return not_found where the operator does not know the authorizer
Result<ports::View> look_up(const Grant& grant, const ports::SubscriberReader& reader) {
  const Impi impi = Impi::trusted(grant.subject);
  const Impu impu = Impu::trusted(grant.subject);
  auto view =
      grant.kind == Grant::Subject::impi ? reader.by_identity(&impi, nullptr) : reader.by_identity(nullptr, &impu);
  if (view && view->authorizers->find(grant.authorizer) == nullptr) return unknown(grant.authorizer);
  return view;
}

/// \return whether the subject is an identity of a subscription, and not only one that a wildcarded one means
bool is_identity(const ports::View& view) { return view.subscription && !view.matched_wildcard; }

/// TS 29.328, 6.1.2.1: who writes by an older number is told so.
std::uint16_t sequence_after(const ports::View& view) {
  const bool has_own =
      std::any_of(view.grants.begin(), view.grants.end(), [](const auto& g) { return !g.of_operator; });
  return sequence_after_change(view.grants_sequence, has_own);
}

bool is_own(const ports::View& view, const Grant& grant) {
  return is_identity(view) && std::any_of(view.grants.begin(), view.grants.end(), [&](const RegisteredGrant& g) {
           return !g.of_operator && g.grant.kind == grant.kind && g.grant.subject == grant.subject &&
                  g.grant.authorizer == grant.authorizer;
         });
}

/// The subscription's registrations are looked at, and who subscribed to its grants hears of it.
void follow(std::int64_t subscription, const std::string& cause, Time now, ports::Writes& out) {
  out.emplace_back(grants_changed(subscription, now));
  out.emplace_back(ports::OutboxAddition{review_entry(subscription, cause, now)});
}

/// A pool concerns everybody who is served.
void follow(const std::string& cause, Time now, ports::Writes& out) {
  OutboxEntry review = review_entry(0, cause, now);
  review.body = AuthorizerReview{};
  out.emplace_back(ports::OutboxAddition{std::move(review)});
}

}  // namespace

Result<ports::Writes> grant(const Grant& grant, const ports::SubscriberReader& reader, Time now) {
  const auto view = look_up(grant, reader);
  if (!view) return tl::unexpected<Error>(view.error());
  const std::string cause = "grant to " + grant.authorizer.text();
  ports::Writes out;
  if (is_identity(*view)) {
    out.emplace_back(ports::GrantAddition{view->subscription->id, grant, sequence_after(*view)});
    follow(view->subscription->id, cause, now, out);
    return out;
  }
  if (grant.kind != Grant::Subject::pool)
    return fail(Error::Kind::not_found, grant.subject + " is not in the database");
  out.emplace_back(ports::PoolAddition{grant});
  follow(cause, now, out);
  return out;
}

Result<ports::Writes> revoke(const Grant& grant, const ports::SubscriberReader& reader, Time now) {
  const auto view = look_up(grant, reader);
  if (!view) return tl::unexpected<Error>(view.error());
  const std::string cause = "revoked from " + grant.authorizer.text();
  ports::Writes out;
  if (is_own(*view, grant)) {
    out.emplace_back(ports::GrantRemoval{view->subscription->id, grant.kind, grant.subject, grant.authorizer,
                                         sequence_after(*view)});
    follow(view->subscription->id, cause, now, out);
    return out;
  }
  out.emplace_back(ports::PoolRemoval{grant.subject, grant.authorizer});
  follow(cause, now, out);
  return out;
}

}  // namespace vouchsafe::operations
