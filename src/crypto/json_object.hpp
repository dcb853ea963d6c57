#pragma once

#include "domain/result.hpp"

#include <simdjson.h>

#include <string_view>
#include <unordered_set>

namespace vouchsafe::crypto {

/// Parses JSON that a stranger wrote, into this thread's parser: it is there until the next call on this thread.
/// \return malformed for what is no object, and for one with two members of a name: which of them counts would be
/// another one for somebody else (RFC 8725, 2.4; RFC 7515, 4)
inline Result<simdjson::dom::object> json_object(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::object out;
  if (parser.parse(text.data(), text.size()).get(out) != simdjson::SUCCESS) return malformed("not a JSON object");
  std::unordered_set<std::string_view> names;
  for (const auto& member : out) {
    if (!names.insert(member.key).second) return malformed("two members of one name");
  }
  return out;
}

/// \return the member's text; empty where it is not there or no text
inline std::string_view text_in(const simdjson::dom::object& object, std::string_view name) {
  std::string_view out;
  return object.at_key(name).get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

inline bool has_member(const simdjson::dom::object& object, std::string_view name) {
  return object.at_key(name).error() == simdjson::SUCCESS;
}

}  // namespace vouchsafe::crypto
