#pragma once

#include "domain/authorizer.hpp"
#include "ports/writes.hpp"

#include <soci/soci.h>

#include <utility>
#include <vector>

namespace vouchsafe::store {

/// The tables `authorizer`, `authorizer_key` and `suspension`: the operator's registry, with how tokens are read, by
/// what keys, and what of an authorizer counts for nothing. Throws soci::soci_error. \return each with its number, in
/// the order of the names
std::vector<std::pair<int, Authorizer>> read_authorizers(soci::session& sql);
void add_authorizer(soci::session& sql, const Authorizer& authorizer);
void set_tokens(soci::session& sql, const ports::AuthorizerTokensChange& change);
void put_suspension(soci::session& sql, const ports::SuspensionChange& change);
void end_suspension(soci::session& sql, const ports::SuspensionEnd& change);
void put_key(soci::session& sql, const ports::AuthorizerKeyChange& change);

}  // namespace vouchsafe::store
