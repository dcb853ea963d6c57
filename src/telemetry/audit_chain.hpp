#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe::telemetry {

/// SHA-256 in hexadecimal digits; OpenSSL's is in the layer crypto.
using Digest = std::string (*)(std::string_view text);

/// Where a chain of records stands.
struct Link {
  std::uint64_t number = 0;                 ///< of the last record; 0: there is none
  std::string hash = std::string(64, '0');  ///< of the last record
};

/// A record of the audit log: a JSON object on a line, with its number, the hash of the record before it, and its own,
/// which covers everything before it on the line. So none can be changed, taken out or put in between without all that
/// follow.
/// \param record its members, without those three \return the line, without its end. `at` is the record from then on
std::string chained(const nlohmann::ordered_json& record, Link& at, Digest digest);

/// Reads a record, as the one after `at`, which it becomes.
/// \return what breaks the chain there; nothing: it is whole
std::optional<std::string> broken(std::string_view line, Link& at, Digest digest);

/// \return where a chain stands after its last line; nothing where that is no record
std::optional<Link> link_after(std::string_view line);

}  // namespace vouchsafe::telemetry
