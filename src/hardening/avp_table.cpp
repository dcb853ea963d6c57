#include "hardening/avp_table.hpp"

#include <utility>

namespace vouchsafe::hardening {

std::size_t AvpTable::place(std::uint32_t vendor, std::uint32_t code) const {
  constexpr std::uint32_t spread = 2654435769U;  // 2^32 by the golden ratio
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = ((code ^ (vendor << 12U)) * spread >> 8U) & mask;
  while (entries_[at].kind != Kind::unknown && (entries_[at].vendor != vendor || entries_[at].code != code))
    at = (at + 1) & mask;
  return at;
}

void AvpTable::grow() {
  std::vector<Entry> before = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
  for (const Entry& entry : before) {
    if (entry.kind != Kind::unknown) entries_[place(entry.vendor, entry.code)] = entry;
  }
}

void AvpTable::add(std::uint32_t vendor, std::uint32_t code, Kind kind) {
  if (kind == Kind::unknown) return;
  if (size_ * 2 >= entries_.size()) grow();
  Entry& entry = entries_[place(vendor, code)];
  if (entry.kind == Kind::unknown) ++size_;
  entry = {vendor, code, kind};
}

Kind AvpTable::kind(std::uint32_t vendor, std::uint32_t code) const { return entries_[place(vendor, code)].kind; }

}  // namespace vouchsafe::hardening
