#include "store/sql/sql_grants.hpp"

namespace vouchsafe::store {

RegisteredGrant to_grant(const FindStatements::GrantRow& row, const Authorizer& authorizer) {
  Grant grant{static_cast<Grant::Subject>(row.kind), row.subject, authorizer.name, {}, {}, {}};
  if (row.not_before_null == soci::i_ok) grant.not_before = Time{std::chrono::seconds{row.not_before}};
  if (row.not_after_null == soci::i_ok) grant.not_after = Time{std::chrono::seconds{row.not_after}};
  if (row.wwsf_null == soci::i_ok) grant.wwsf = split_names(row.wwsf);
  return {std::move(grant)};
}

GrantColumns::GrantColumns(const Grant& g) : kind(static_cast<int>(g.kind)), wwsf(join_names(g.wwsf)) {
  if (g.not_before) not_before = g.not_before->time_since_epoch().count();
  if (g.not_after) not_after = g.not_after->time_since_epoch().count();
  not_before_null = g.not_before ? soci::i_ok : soci::i_null;
  not_after_null = g.not_after ? soci::i_ok : soci::i_null;
  wwsf_null = wwsf.empty() ? soci::i_null : soci::i_ok;
}

std::string join_names(const std::vector<AuthorizerName>& names) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty()) out += ' ';
    out += name.text();
  }
  return out;
}

std::vector<AuthorizerName> split_names(std::string_view text) {
  std::vector<AuthorizerName> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.push_back(AuthorizerName::trusted(std::string(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace vouchsafe::store
