#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vouchsafe {

/// Delegation-Result: why a vouching was refused, or that it was not.
enum class Reason : std::uint8_t {
#define REASON(number, enumerator, name, check, sentence) enumerator = number,
#include "dict/reasons.def"
#undef REASON
};

struct ReasonRow {
  Reason reason;
  std::string_view name;
  int check;  ///< the check of the decision that it belongs to; 0 for AUTHORIZED
  std::string_view sentence;
};

inline constexpr auto reason_rows = std::to_array<ReasonRow>({
#define REASON(number, enumerator, name, check, sentence) {Reason::enumerator, name, check, sentence},
#include "dict/reasons.def"
#undef REASON
});

constexpr std::string_view name_of(Reason reason) { return reason_rows.at(static_cast<std::size_t>(reason)).name; }

constexpr std::optional<Reason> reason_named(std::string_view name) {
  for (const auto& row : reason_rows) {
    if (row.name == name) return row.reason;
  }
  return std::nullopt;
}

}  // namespace vouchsafe
