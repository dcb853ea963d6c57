#include "operations/suspensions.hpp"

#include "operations/grants_changed.hpp"
#include "operations/unknown_authorizer.hpp"

#include <algorithm>

namespace vouchsafe::operations {
namespace {

ports::OutboxAddition look_at_all(const AuthorizerName& name, const std::string& what, Time now) {
  OutboxEntry review = review_entry(0, name.text() + " " + what, now);
  review.body = AuthorizerReview{name.text()};
  return {std::move(review)};
}

}  // namespace

Result<ports::Writes> suspend(const AuthorizerName& name, Suspension suspension, const ports::SubscriberReader& reader,
                              Time now) {
  const auto known = reader.authorizers();
  if (!known) return tl::unexpected<Error>(known.error());
  if ((*known)->find(name) == nullptr) return unknown(name);
  ports::Writes out;
  out.emplace_back(ports::SuspensionChange{name, std::move(suspension)});
  out.emplace_back(look_at_all(name, "suspended", now));
  return out;
}

Result<ports::Writes> resume(const AuthorizerName& name, const SuspensionScope& scope,
                             const ports::SubscriberReader& reader, Time now) {
  const auto known = reader.authorizers();
  if (!known) return tl::unexpected<Error>(known.error());
  const Authorizer* authorizer = (*known)->find(name);
  if (authorizer == nullptr) return unknown(name);
  const auto& there = authorizer->suspensions;
  if (std::none_of(there.begin(), there.end(), [&](const Suspension& s) { return s.scope == scope; }))
    return fail(Error::Kind::not_found, name.text() + " has no suspension of this scope: vouchctl authorizer list");
  ports::Writes out;
  out.emplace_back(ports::SuspensionEnd{name, scope});
  out.emplace_back(look_at_all(name, "resumed", now));
  return out;
}

}  // namespace vouchsafe::operations
