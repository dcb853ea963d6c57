#pragma once

#include "hardening/avp_table.hpp"
#include "hardening/octets.hpp"
#include "hardening/rules.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::hardening {

/// The node that the messages are for.
struct Node {
  std::string host;
  std::string realm;
  std::vector<std::uint32_t> applications;  ///< that it serves
  AvpTable avps;
  RuleSet without;  ///< rules that are not looked at
};

/// What a refused request is inside the process: of the two numbers that RFC 6733, 11.2.1, keeps for experiments.
inline constexpr std::uint32_t own_command = 16777214;

/// Groups in groups that are looked into.
inline constexpr std::size_t deepest = 16;

/// What was found in a message, and where.
struct Finding {
  Rule rule;
  Range offender;             ///< the AVP; of length 0: there is none
  std::uint32_t missing = 0;  ///< the code of a base AVP that is not there
  /// The groups that hold the offender, outermost first.
  std::array<RawAvp, deepest> groups{};
  std::size_t depth = 0;
};

/// Judges a message as it came, before anybody parses it: what freeDiameter or the HSS cannot bear, and what would make
/// freeDiameter answer with an error by itself. One pass, no allocation, no effect, and nothing is read beyond the end.
/// \return what is wrong with it first; nothing: it may go on
/// \param message of any octets
std::optional<Finding> judge(Octets message, const Node& node);

/// Whether a Session-Id may be looked up, and given back.
bool is_session_id(Octets value);

}  // namespace vouchsafe::hardening
