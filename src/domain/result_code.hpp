#pragma once

#include "domain/result.hpp"

#include <cstdint>

namespace vouchsafe {

/// A command's result: a base Result-Code, or a 3GPP Experimental-Result-Code.
struct ResultCode {
  bool experimental = false;
  std::uint32_t code = 0;
  bool operator==(const ResultCode&) const = default;
  /// \return whether it is of the success class: 2xxx, of either kind
  [[nodiscard]] constexpr bool is_success() const { return code / 1000 == 2; }
};

namespace result {
namespace vendor {
inline constexpr bool base = false;
inline constexpr bool tgpp = true;
}  // namespace vendor
#define RESULT(number, name, whose, meaning) inline constexpr ResultCode name{vendor::whose, number};
#include "dict/results.def"
#undef RESULT
}  // namespace result

/// The one place where "could not find out" becomes an answer: no kind of it maps to a success.
constexpr ResultCode to_result(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::overloaded:
      return result::too_busy;
    case Error::Kind::malformed:
      return result::invalid_avp_value;
    case Error::Kind::not_found:
    case Error::Kind::conflict:
    case Error::Kind::unavailable:
      break;
  }
  return result::unable_to_comply;
}

}  // namespace vouchsafe
