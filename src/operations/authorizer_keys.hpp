#pragma once

#include "ports/operator_reader.hpp"

#include <string>
#include <vector>

// What an authorizer's tokens are verified with, and how they are read.
namespace vouchsafe::operations {

/// \return not_found; malformed where neither the IMPI nor the IMPU has a claim, or no algorithm is left
Result<ports::Writes> set_tokens(const AuthorizerName& name, bool token_required, const TokenRules& rules,
                                 const ports::SubscriberReader& reader);

/// What became of keys that were to be added.
struct KeysAdded {
  ports::Writes writes;
  std::vector<std::string> added{};    ///< by kid
  std::vector<std::string> known{};    ///< that were there already
  std::vector<std::string> refused{};  ///< that were revoked once: such a key never comes back, by no name
  std::vector<std::string> retired{};  ///< that are not among them any more
};
/// Adds keys that sign from now on, beside those that do: so a rotation has no gap. \param keys as they were published
/// \param retire_others those that are not among them sign nothing new from now on
/// \return not_found; conflict where another key has the kid of one
Result<KeysAdded> add_keys(const AuthorizerName& name, const std::vector<TokenKey>& keys, bool retire_others,
                           const ports::SubscriberReader& reader, Time now);

/// Nothing new counts by this key; what it signed stands. \return not_found; conflict for one that was revoked
Result<ports::Writes> retire_key(const AuthorizerName& name, const std::string& kid,
                                 const ports::SubscriberReader& reader);

/// Nothing that the key verified since a moment counts any more: what rests on it may not go on, and with `deregister`
/// it is deregistered, and nothing else is. \return not_found
Result<ports::Writes> revoke_key(const AuthorizerName& name, const std::string& kid, Time since, bool deregister,
                                 const ports::SubscriberReader& reader, Time now);

}  // namespace vouchsafe::operations
