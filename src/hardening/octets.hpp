#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vouchsafe::hardening {

using Octets = std::span<const std::uint8_t>;
using Buffer = std::span<std::uint8_t>;

inline constexpr std::size_t header_size = 20;

inline constexpr std::uint8_t request_bit = 0x80;
inline constexpr std::uint8_t proxiable_bit = 0x40;
inline constexpr std::uint8_t error_bit = 0x20;
inline constexpr std::uint8_t vendor_flag = 0x80;
inline constexpr std::uint8_t mandatory_flag = 0x40;

/// \param at such that the octets hold four (three) from there on
inline std::uint32_t read32(Octets octets, std::size_t at) {
  return (std::uint32_t{octets[at]} << 24U) | (std::uint32_t{octets[at + 1]} << 16U) |
         (std::uint32_t{octets[at + 2]} << 8U) | octets[at + 3];
}
inline std::uint32_t read24(Octets octets, std::size_t at) {
  return (std::uint32_t{octets[at]} << 16U) | (std::uint32_t{octets[at + 1]} << 8U) | octets[at + 2];
}

inline constexpr std::size_t padded(std::size_t length) { return (length + 3) & ~std::size_t{3}; }

inline constexpr std::uint32_t capabilities_exchange = 257;
inline constexpr std::uint32_t device_watchdog = 280;
inline constexpr std::uint32_t disconnect_peer = 282;

/// The header of a message that has one.
struct Header {
  std::uint8_t flags;
  std::uint32_t command;
  std::uint32_t application;
  std::uint32_t hop_by_hop;
  std::uint32_t end_to_end;
  [[nodiscard]] bool is_request() const { return (flags & request_bit) != 0; }
  /// As freeDiameter decides it: what is not routable is between the two ends of a connection.
  [[nodiscard]] bool is_routable() const { return application != 0 || (flags & proxiable_bit) != 0; }
  /// Of the base protocol, between the two ends of a connection.
  [[nodiscard]] bool is_of_a_connection() const {
    return !is_routable() &&
           (command == capabilities_exchange || command == device_watchdog || command == disconnect_peer);
  }
};

/// \param message of header_size octets at least
inline Header header_of(Octets message) {
  return {message[4], read24(message, 5), read32(message, 8), read32(message, 12), read32(message, 16)};
}

/// Octets of a message, by where they stand.
struct Range {
  std::size_t at = 0;
  std::size_t length = 0;
};

/// An AVP of a message that lies within what holds it.
struct RawAvp {
  std::uint32_t code;
  std::uint8_t flags;
  std::uint32_t vendor;  ///< 0 without the V flag
  Range whole;           ///< header and data, without padding
  Range data;
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  [[nodiscard]] bool is_base() const { return !has(vendor_flag); }
};

/// Goes through the AVPs of a message or of a group. Nothing is read beyond its end, whatever lengths say.
class AvpWalk {
 public:
  /// \param where the AVPs stand, within the message
  AvpWalk(Octets message, Range where) : message_(message), at_(where.at), end_(where.at + where.length) {}

  /// \return the next AVP; nothing at the end, and where the octets make none: then broken() says so
  std::optional<RawAvp> next();
  /// Whether there are octets left that make no AVP.
  [[nodiscard]] bool broken() const { return broken_; }
  /// What is left of those: fewer than a header, or an AVP whose length is wrong.
  [[nodiscard]] Range rest() const { return {at_, end_ - at_}; }

 private:
  Octets message_;
  std::size_t at_;
  std::size_t end_;
  bool broken_ = false;
};

}  // namespace vouchsafe::hardening
