#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe::store {

/// Goes through those of a sorted set of texts that the key starts with, from the longest to the shortest, in a step or
/// two of the set's order for each and not through all that sort below the key.
/// \param last_up_to (bound) to the greatest text that is not greater than the bound, by octets; nothing when all are
/// \param each       (prefix) to true when it is what was looked for; \return whether it was found
template <class LastUpTo, class Each>
bool walk_prefixes(std::string_view key, LastUpTo last_up_to, Each each) {
  std::string_view bound = key;  // always a prefix of the key: what is greater was seen or cannot be one
  while (true) {
    const std::optional<std::string> found = last_up_to(bound);
    if (!found) return false;
    if (key.starts_with(*found)) {
      if (each(*found)) return true;
      if (found->empty()) return false;
      bound = key.substr(0, found->size() - 1);
      continue;
    }
    // It sorts below the key by an octet after what they share: so would any text of the set that shares more.
    const auto differs = std::mismatch(key.begin(), key.end(), found->begin(), found->end()).first;
    bound = key.substr(0, static_cast<std::size_t>(differs - key.begin()));
  }
}

}  // namespace vouchsafe::store
