#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/policy.hpp"
#include "domain/reason.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vouchsafe {

/// What an authorizer says, through a relay.
struct Vouching {
  AuthorizerName authorizer;
  std::optional<AuthorizerName> wwsf;
  bool token_present = false;
};

/// What a request that would register an IMPI and IMPU rests on, where it must rest on something (check 1).
enum class Footing : std::uint8_t {
  not_asked,  ///< the request registers nobody, or the profile is exempt
  something,  ///< an authentication, a live vouching, or a registration that already rests on one
  nothing,
};

/// Everything that a decision depends on.
struct Question {
  std::string_view relay;  ///< Origin-Host
  std::string_view scscf;  ///< Server-Name, empty where the request has none
  const Impi* impi = nullptr;
  const Impu* impu = nullptr;
  const Vouching* vouching = nullptr;       ///< nullptr: nobody vouches
  const Authorizer* authorizer = nullptr;   ///< the registry's entry for the vouching's authorizer; nullptr: none
  std::span<const RegisteredGrant> grants;  ///< the subject's; none for an unknown subject
  Footing footing = Footing::not_asked;
  bool remembered = false;  ///< the vouching came earlier, with a trusted relay's own UAR: check 2 was passed then
};

struct Decision {
  Reason reason = Reason::authorized;  ///< what is enforced; `authorized` lets the request pass
  std::optional<Reason> monitored;     ///< the first check that failed and is only monitored
  std::optional<Time> until;           ///< end of the grant, where it has one
  [[nodiscard]] bool allowed() const { return reason == Reason::authorized; }
};

/// The decision of checks 1 to 7, first failing check wins. Pure: the same question at the same time has the same
/// answer. A check that fails while it is monitored is recorded, and the next ones are still asked.
Decision decide(const Question& question, const Policy& policy, Time now);

/// Checks 3, 4, 6 and 7 alone: whether what an earlier vouching rests on still stands. Who carried it, and its
/// evidence, were judged then.
Decision decide_standing(const Question& question, const Policy& policy, Time now);

}  // namespace vouchsafe
