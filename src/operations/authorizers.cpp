#include "operations/authorizers.hpp"

#include "operations/grants_changed.hpp"
#include "operations/unknown_authorizer.hpp"

namespace vouchsafe::operations {
Result<ports::Writes> add_authorizer(const AuthorizerName& name, bool token_required,
                                     const ports::SubscriberReader& reader) {
  const auto known = reader.authorizers();
  if (!known) return tl::unexpected<Error>(known.error());
  if ((*known)->find(name) != nullptr)
    return fail(Error::Kind::conflict, "authorizer " + name.text() + " is there already");
  return ports::Writes{ports::AuthorizerAddition{{name, {}, token_required}}};
}

Result<TakenBack> take_grants_back(const AuthorizerName& name, std::int64_t after, const ports::OperatorReader& reader,
                                   Time now) {
  constexpr std::size_t batch = 1000;
  const auto known = reader.authorizers();
  if (!known) return tl::unexpected<Error>(known.error());
  if ((*known)->find(name) == nullptr) return unknown(name);
  const auto subscriptions = reader.granting(name, after, batch);
  if (!subscriptions) return tl::unexpected<Error>(subscriptions.error());
  TakenBack out;
  for (const auto& s : *subscriptions) {
    out.writes.emplace_back(ports::GrantsRemoval{s.subscription, name, sequence_after_change(s.sequence, true)});
    if (s.is_watched) out.writes.emplace_back(grants_changed(s.subscription, now));
    out.grants += s.grants;
  }
  if (subscriptions->size() == batch) out.last = subscriptions->back().subscription;
  return out;
}

Result<TakenBack> remove_authorizer(const AuthorizerName& name, const ports::OperatorReader& reader) {
  const auto known = reader.authorizers();
  if (!known) return tl::unexpected<Error>(known.error());
  if ((*known)->find(name) == nullptr) return unknown(name);
  const auto pools = reader.pools_of(name);
  if (!pools) return tl::unexpected<Error>(pools.error());
  TakenBack out;
  out.writes.emplace_back(ports::AuthorizerRemoval{name});
  out.grants = *pools;
  return out;
}

}  // namespace vouchsafe::operations
