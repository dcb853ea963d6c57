#include "operations/authorizers.hpp"

#include "operations/unknown_authorizer.hpp"

namespace vouchsafe::operations {
namespace {

Result<bool> is_known(const AuthorizerName& name, const ports::SubscriberReader& reader) {
  ports::Lookup lookup;
  lookup.authorizer = &name;
  const auto view = reader.find(lookup);
  if (!view) return tl::unexpected<Error>(view.error());
  return view->authorizer.has_value();
}

}  // namespace

Result<ports::Writes> add_authorizer(const AuthorizerName& name, bool token_required,
                                     const ports::SubscriberReader& reader) {
  const auto known = is_known(name, reader);
  if (!known) return tl::unexpected<Error>(known.error());
  if (*known) return fail(Error::Kind::conflict, "authorizer " + name.text() + " is there already");
  return ports::Writes{ports::AuthorizerAddition{{name, Authorizer::State::active, token_required}}};
}

Result<ports::Writes> set_state(const AuthorizerName& name, Authorizer::State state,
                                const ports::SubscriberReader& reader, Time now) {
  const auto known = is_known(name, reader);
  if (!known) return tl::unexpected<Error>(known.error());
  if (!*known) return unknown(name);
  OutboxEntry review =
      review_entry(0, name.text() + (state == Authorizer::State::active ? " resumed" : " suspended"), now);
  review.body = AuthorizerReview{name.text()};
  ports::Writes out;
  out.emplace_back(ports::AuthorizerStateChange{name, state});
  out.emplace_back(ports::OutboxAddition{std::move(review)});
  return out;
}

}  // namespace vouchsafe::operations
