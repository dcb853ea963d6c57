#include "operations/shared_sets.hpp"

namespace vouchsafe::operations {

Result<ports::Writes> put_shared_set(const SharedIfc& set, const ports::OperatorReader& reader, Time now) {
  const auto there = reader.has_shared_set(set.name);
  if (!there) return tl::unexpected<Error>(there.error());
  ports::Writes out{ports::SharedSetChange{set}};
  if (!*there) return out;  // nobody was told it before
  OutboxEntry review = review_entry(0, "shared iFC set " + set.name, now);
  review.body = AuthorizerReview{{}, true};
  out.emplace_back(ports::OutboxAddition{std::move(review)});
  return out;
}

Result<ports::Writes> remove_shared_set(const std::string& name, const ports::OperatorReader& reader) {
  const auto there = reader.has_shared_set(name);
  if (!there) return tl::unexpected<Error>(there.error());
  if (!*there) return fail(Error::Kind::not_found, "no shared iFC set is called " + name);
  return ports::Writes{ports::SharedSetRemoval{name}};
}

}  // namespace vouchsafe::operations
