#pragma once

#include "config/config.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vouchsafe::config {

/// The value of an option; its alternative is the option's type. A text is a view of what it was taken from. Nothing
/// for a list, whose values stand in Config alone.
using Value = std::variant<std::monostate, std::string_view, bool, long long>;

/// The range of a number, with both ends.
struct Range {
  long long least = 0;
  long long most = 0;
  constexpr bool operator==(const Range&) const = default;
};

/// What takes a changed value over.
enum class Change : std::uint8_t {
  reload,   ///< SIGUSR1
  restart,  ///< until then the daemon keeps the value that it started with
};

/// A row of dict/options.def.
struct Option {
  std::string_view group;  ///< empty at the top of the file
  std::string_view name;
  Value standard;  ///< the default
  Range range;     ///< of a number
  std::string_view unit;
  Change change;
  std::string_view text;                     ///< {} stands for unit and range
  void (*set)(Config& config, Value value);  ///< null for a list
  Value (*get)(const Config& config);        ///< null for a list

  [[nodiscard]] constexpr bool is_list() const { return std::holds_alternative<std::monostate>(standard); }
  [[nodiscard]] constexpr bool is_number() const { return std::holds_alternative<long long>(standard); }
  /// The name with its group, as a mistake is told: database.path
  [[nodiscard]] std::string path() const;
  /// The text with unit and range filled in, as the sample has it.
  [[nodiscard]] std::string sentence() const;
};

/// The rows, in their order.
std::span<const Option> options();

/// \return what a group may hold, in the rows' order; for the empty group, what the file may: options and groups
std::vector<std::string> known_in(std::string_view group);

/// A value as the file has it: "hss.db", true, 2000
std::string written(const Value& value);

}  // namespace vouchsafe::config
