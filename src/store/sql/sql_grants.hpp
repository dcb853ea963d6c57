#pragma once

#include "domain/grant.hpp"
#include "store/sql/find_statements.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::store {

/// A grant from its row, given its authorizer.
RegisteredGrant to_grant(const FindStatements::GrantRow& row, const Authorizer& authorizer);

/// A grant's columns, as SOCI binds them.
struct GrantColumns {
  GrantColumns() = default;
  explicit GrantColumns(const Grant& grant);
  int kind = 0;
  long long not_before = 0;
  long long not_after = 0;
  std::string wwsf;
  soci::indicator not_before_null = soci::i_null;
  soci::indicator not_after_null = soci::i_null;
  soci::indicator wwsf_null = soci::i_null;
};

/// WWSF names in one column, separated by a blank, which no name holds; empty for none.
std::string join_names(const std::vector<AuthorizerName>& names);
std::vector<AuthorizerName> split_names(std::string_view text);

}  // namespace vouchsafe::store
