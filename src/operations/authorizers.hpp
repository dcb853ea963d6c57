#pragma once

#include "ports/operator_reader.hpp"

#include <cstddef>
#include <cstdint>

// The operator's registry of third parties.
namespace vouchsafe::operations {

/// \return conflict when the name is there
Result<ports::Writes> add_authorizer(const AuthorizerName& name, bool token_required,
                                     const ports::SubscriberReader& reader);

/// A batch of what an authorizer was granted.
struct TakenBack {
  ports::Writes writes;
  std::size_t grants = 0;
  std::int64_t last = -1;  ///< the number of the batch's last subscription; -1: there are no more
};
/// Takes its grants back from the subscriptions after a number, so many that registrations need not wait for all of
/// them. It must vouch for nobody by then (suspend()): what a crash leaves undone is done by doing it again.
/// \return not_found
Result<TakenBack> take_grants_back(const AuthorizerName& name, std::int64_t after, const ports::OperatorReader& reader,
                                   Time now);

/// Takes the authorizer out, with its pools; grants that came meanwhile go with it. \return not_found
Result<TakenBack> remove_authorizer(const AuthorizerName& name, const ports::OperatorReader& reader);

}  // namespace vouchsafe::operations
