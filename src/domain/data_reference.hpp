#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace vouchsafe {

/// Data-Reference (TS 29.329, 6.3.4): what an AS asks for, writes or subscribes to over Sh.
enum class DataReference : std::uint32_t {
#define DATA_REFERENCE(number, enumerator, name, keys, operations, held) enumerator = number,
#include "dict/data_references.def"
#undef DATA_REFERENCE
};

/// What an AS does with data.
enum class ShOperation : std::uint8_t { pull = 1, update = 2, subscribe = 4 };

/// Some of them.
class ShOperations {
 public:
  constexpr ShOperations() = default;
  constexpr ShOperations(std::initializer_list<ShOperation> some) {
    for (const auto one : some) add(one);
  }
  static constexpr ShOperations all() { return {ShOperation::pull, ShOperation::update, ShOperation::subscribe}; }
  /// As the store keeps them: the sum of their numbers. Other bits are left out.
  static constexpr ShOperations from_sum(unsigned sum) {
    ShOperations out;
    out.bits_ = static_cast<std::uint8_t>(sum & all().bits_);
    return out;
  }
  [[nodiscard]] constexpr unsigned sum() const { return bits_; }

  [[nodiscard]] constexpr bool has(ShOperation one) const { return (bits_ & static_cast<unsigned>(one)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(ShOperation one) { bits_ = static_cast<std::uint8_t>(bits_ | static_cast<unsigned>(one)); }
  constexpr void add(ShOperations others) { bits_ = static_cast<std::uint8_t>(bits_ | others.bits_); }
  constexpr void remove(ShOperations others) { bits_ = static_cast<std::uint8_t>(bits_ & ~unsigned{others.bits_}); }
  constexpr bool operator==(const ShOperations&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

/// A row of TS 29.328, table 7.6.1.
struct DataReferenceRow {
  enum class Held : std::uint8_t { no, yes, network };
  DataReference reference;
  std::string_view name;
  std::string_view keys;        ///< P an IMPU, S a PSI, M an MSISDN
  std::string_view operations;  ///< U pull, P update, S subscribe
  Held held;
};

inline constexpr auto data_reference_rows = std::to_array<DataReferenceRow>({
#define DATA_REFERENCE(number, enumerator, name, keys, operations, held) \
  {DataReference::enumerator, name, keys, operations, DataReferenceRow::Held::held},
#include "dict/data_references.def"
#undef DATA_REFERENCE
});

/// \return nullptr for a number that is no Data-Reference
constexpr const DataReferenceRow* row_of(DataReference reference) {
  for (const auto& row : data_reference_rows) {
    if (row.reference == reference) return &row;
  }
  return nullptr;
}

constexpr std::string_view name_of(DataReference reference) {
  const auto* row = row_of(reference);
  return row == nullptr ? std::string_view{"?"} : row->name;
}

constexpr std::optional<DataReference> data_reference_named(std::string_view name) {
  for (const auto& row : data_reference_rows) {
    if (row.name == name) return row.reference;
  }
  return std::nullopt;
}

/// \return whether it is data that an AS keeps in the HSS, under a Service-Indication
constexpr bool is_repository(DataReference reference) {
  return reference == DataReference::repository_data || reference == DataReference::aliases_repository_data;
}

constexpr bool can(const DataReferenceRow& row, ShOperation operation) {
  const char letter = operation == ShOperation::pull ? 'U' : operation == ShOperation::update ? 'P' : 'S';
  return row.operations.find(letter) != std::string_view::npos;
}

}  // namespace vouchsafe
