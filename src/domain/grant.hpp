#pragma once

#include "domain/authorizer.hpp"
#include "domain/identity.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe {

/// A subscriber's statement that an authorizer may vouch for it.
struct Grant {
  enum class Subject : std::uint8_t {
    impi,  ///< every IMPU with this IMPI
    impu,  ///< this IMPU with any IMPI of the subscription
    pool,  ///< every IMPU that a wildcarded one means (TS 33.203, X.4)
  };
  Subject kind = Subject::impu;
  std::string subject;  ///< an IMPI, an IMPU or a wildcarded IMPU, in normal form
  AuthorizerName authorizer;
  std::optional<Time> not_before;    ///< in force from this second on
  std::optional<Time> not_after;     ///< in force before this second, no longer in it
  std::vector<AuthorizerName> wwsf;  ///< empty: through any WWSF, or none

  /// \return whether the grant is about this pair, whatever its window
  [[nodiscard]] bool covers(const Impi& impi, const Impu& impu) const;
  [[nodiscard]] bool in_force(Time now) const {
    return (!not_before || *not_before <= now) && (!not_after || now < *not_after);
  }
  bool operator==(const Grant&) const = default;
};

/// A grant of an authorizer that the operator knows.
struct RegisteredGrant {
  Grant grant;
  bool of_operator = false;  ///< a pool that the operator granted, and not the subscription's own
};

/// \return malformed when the window is empty, or the subject is not an identity of its kind
Result<void> check(const Grant& grant);

/// The subject of a grant from what an operator wrote: impi, impu (a wildcarded one is a pool).
Result<void> set_subject(Grant& grant, Grant::Subject kind, std::string_view text);

}  // namespace vouchsafe
