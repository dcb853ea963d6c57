#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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

/// A set of reasons: those whose checks are only monitored, or those that a monitored check let pass.
class ReasonSet {
 public:
  void add(Reason reason) { bits_ |= 1U << static_cast<unsigned>(reason); }
  void add_all() { bits_ = ~1U; }
  [[nodiscard]] bool has_all() const { return bits_ == ~1U; }
  void add_all_of(const ReasonSet& others) { bits_ |= others.bits_; }
  [[nodiscard]] bool has(Reason reason) const { return ((bits_ >> static_cast<unsigned>(reason)) & 1U) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  bool operator==(const ReasonSet&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

/// \return the names of what is in the set, in the order of the checks
inline std::vector<std::string_view> names_in(const ReasonSet& set) {
  std::vector<std::string_view> out;
  for (const auto& row : reason_rows) {
    if (set.has(row.reason)) out.push_back(row.name);
  }
  return out;
}

}  // namespace vouchsafe
