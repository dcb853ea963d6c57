#pragma once

#include "hardening/octets.hpp"

#include <string_view>
#include <vector>

namespace vouchsafe::hardening {

/// Octets of a message, one after the other.
class AvpMaker {
 public:
  void number8(std::uint8_t value) { octets_.push_back(value); }
  void number16(std::uint16_t value) {
    for (const unsigned shift : {8U, 0U}) octets_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  void number24(std::uint32_t value) {
    for (const unsigned shift : {16U, 8U, 0U}) octets_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  void number32(std::uint32_t value) {
    number8(static_cast<std::uint8_t>(value >> 24U));
    number24(value);
  }
  void add(Octets octets) { octets_.insert(octets_.end(), octets.begin(), octets.end()); }
  void pad() { octets_.resize(padded(octets_.size())); }
  /// \param vendor 0 for the base protocol's, which have no Vendor-Id; \param length of the data
  void avp_header(std::uint32_t code, std::uint8_t flags, std::uint32_t vendor, std::size_t length) {
    const bool has_vendor = (flags & vendor_flag) != 0;
    number32(code);
    number8(flags);
    number24(static_cast<std::uint32_t>(length + (has_vendor ? 12 : 8)));
    if (has_vendor) number32(vendor);
  }
  void avp(std::uint32_t code, std::uint8_t flags, std::string_view text) {
    avp_header(code, flags, 0, text.size());
    octets_.insert(octets_.end(), text.begin(), text.end());
    pad();
  }
  void avp(std::uint32_t code, std::uint8_t flags, std::uint32_t value) {
    avp_header(code, flags, 0, 4);
    number32(value);
  }
  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  [[nodiscard]] std::vector<std::uint8_t>& octets() { return octets_; }

 private:
  std::vector<std::uint8_t> octets_;
};

}  // namespace vouchsafe::hardening
