#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::client {

/// Diameter octets without freeDiameter: what the quickstart, the tests and the benchmarks talk with, so that the HSS
/// is seen from outside and by other code than its own. Nothing is checked on the way out: a test can send what is
/// wrong.

struct Avp {
  std::uint32_t code = 0;
  std::uint32_t vendor = 0;
  bool mandatory = true;
  std::string data{};
  std::optional<std::uint32_t> announced{};  ///< a length to put in the header instead of the true one

  [[nodiscard]] std::uint32_t number() const;
};

Avp text_avp(std::uint32_t code, std::string_view text, std::uint32_t vendor = 0, bool mandatory = true);
Avp number_avp(std::uint32_t code, std::uint32_t number, std::uint32_t vendor = 0, bool mandatory = true);
Avp group_avp(std::uint32_t code, const std::vector<Avp>& members, std::uint32_t vendor = 0, bool mandatory = true);

std::string encode(const Avp& avp);
/// \return nothing when the octets are not a row of AVPs
std::optional<std::vector<Avp>> decode_avps(std::string_view octets);

struct Message {
  std::uint32_t command = 0;
  std::uint32_t application = 0;
  std::uint8_t flags = 0;
  std::uint32_t hop_by_hop = 0;
  std::uint32_t end_to_end = 0;
  std::vector<Avp> avps;

  [[nodiscard]] bool is_request() const { return (flags & 0x80U) != 0; }
  [[nodiscard]] const Avp* find(std::uint32_t code, std::uint32_t vendor = 0) const;
  [[nodiscard]] std::vector<Avp> all(std::uint32_t code, std::uint32_t vendor = 0) const;
  /// The members of a grouped AVP of the message; empty when it is not there.
  [[nodiscard]] std::vector<Avp> members(std::uint32_t code, std::uint32_t vendor = 0) const;
  [[nodiscard]] std::string text(std::uint32_t code, std::uint32_t vendor = 0) const;
  /// Result-Code, or 100000 + Experimental-Result-Code; 0 when it has neither.
  [[nodiscard]] std::uint32_t result() const;
};

const Avp* find_in(const std::vector<Avp>& avps, std::uint32_t code, std::uint32_t vendor = 0);

std::string encode(const Message& message);
/// \param octets one whole message; \return nothing when it is none
std::optional<Message> decode(std::string_view octets);
/// \return the length that a header announces; needs its first four octets
std::size_t announced_length(std::string_view octets);

inline constexpr std::uint32_t request_flag = 0x80;
inline constexpr std::uint32_t proxiable_flag = 0x40;
inline constexpr std::uint32_t experimental = 100000;

}  // namespace vouchsafe::client
