#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vouchsafe::hardening {

/// What the judge looks for: the rows of dict/guard.def.
enum class Rule : std::uint8_t {
#define RULE(number, enumerator, key, result, text, meaning) enumerator,
#include "dict/guard.def"
#undef RULE
  count
};
inline constexpr std::size_t rule_count = static_cast<std::size_t>(Rule::count);

struct RuleRow {
  Rule rule;
  std::string_view key;
  std::uint32_t result;  ///< Result-Code for a request; 0: the rule is about answers
  std::string_view text;
};

inline constexpr std::array<RuleRow, rule_count> rule_rows = {{
#define RULE(number, enumerator, key, result, text, meaning) {Rule::enumerator, key, result, text},
#include "dict/guard.def"
#undef RULE
}};

constexpr const RuleRow& row_of(Rule rule) { return rule_rows.at(static_cast<std::size_t>(rule)); }

/// Some of the rules.
class RuleSet {
 public:
  constexpr void add(Rule rule) { bits_ |= bit(rule); }
  [[nodiscard]] constexpr bool has(Rule rule) const { return (bits_ & bit(rule)) != 0; }

 private:
  static constexpr std::uint32_t bit(Rule rule) { return std::uint32_t{1} << static_cast<unsigned>(rule); }
  std::uint32_t bits_ = 0;
};
static_assert(rule_count <= 32);

}  // namespace vouchsafe::hardening
