#pragma once

#include <string>
#include <string_view>

namespace vouchsafe::store {

/// The text before a wildcarded identity's expression, by which it is found.
inline std::string prefix_of(std::string_view wildcard) { return std::string(wildcard.substr(0, wildcard.find('!'))); }

/// A text backwards: which texts end with another one is asked as which begin with it.
inline std::string backwards(std::string_view text) { return {text.rbegin(), text.rend()}; }

/// The text after the expression, backwards.
inline std::string ending_of(std::string_view wildcard) {
  const auto last = wildcard.rfind('!');
  return last == std::string_view::npos ? std::string{} : backwards(wildcard.substr(last + 1));
}

}  // namespace vouchsafe::store
