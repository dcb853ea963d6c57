#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vouchsafe::hardening {

/// What the octets of an AVP must be.
enum class Kind : std::uint8_t {
  unknown,  ///< in no dictionary
  octets,   ///< any
  checked,  ///< what its type allows, nothing among it
  filled,   ///< what its type allows, and that is not nothing
  four,     ///< a number
  eight,    ///< a number
  group,    ///< AVPs
};

/// The kind of every AVP of the dictionary. Read by many threads at once, once it is filled.
class AvpTable {
 public:
  void add(std::uint32_t vendor, std::uint32_t code, Kind kind);
  /// \param vendor 0: the base protocol
  [[nodiscard]] Kind kind(std::uint32_t vendor, std::uint32_t code) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::uint32_t vendor;
    std::uint32_t code;
    Kind kind;  ///< unknown: the entry is free
  };
  [[nodiscard]] std::size_t place(std::uint32_t vendor, std::uint32_t code) const;
  void grow();

  std::vector<Entry> entries_ = std::vector<Entry>(64);  ///< a power of two of them, half of them free at least
  std::size_t size_ = 0;
};

}  // namespace vouchsafe::hardening
