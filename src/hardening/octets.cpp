#include "hardening/octets.hpp"

namespace vouchsafe::hardening {

std::optional<RawAvp> AvpWalk::next() {
  if (broken_ || at_ == end_) return std::nullopt;
  constexpr std::size_t base_header = 8;
  constexpr std::size_t vendor_header = 12;
  const std::size_t left = end_ - at_;
  broken_ = true;
  if (left < base_header) return std::nullopt;
  RawAvp out{read32(message_, at_), message_[at_ + 4], 0, {at_, read24(message_, at_ + 5)}, {}};
  const std::size_t header = out.has(vendor_flag) ? vendor_header : base_header;
  if (left < header || out.whole.length < header || out.whole.length > left) return std::nullopt;
  if (out.has(vendor_flag)) out.vendor = read32(message_, at_ + base_header);
  out.data = {at_ + header, out.whole.length - header};
  // The last one may lack its padding: freeDiameter takes that too.
  at_ = padded(out.whole.length) >= left ? end_ : at_ + padded(out.whole.length);
  broken_ = false;
  return out;
}

}  // namespace vouchsafe::hardening
