#pragma once

#include "domain/authorizer.hpp"
#include "domain/evidence.hpp"
#include "domain/grant.hpp"
#include "domain/policy.hpp"
#include "domain/reason.hpp"
#include "domain/subscription.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vouchsafe {

/// What an authorizer says, through a client.
struct Vouching {
  AuthorizerName authorizer;
  std::optional<AuthorizerName> wwsf;
  std::optional<std::string> token{};  ///< as it came. Never kept, and never logged
  bool operator==(const Vouching&) const = default;
};

/// Whether a request that would register an IMPI and IMPU rests on anything (check 1).
enum class RestsOn : std::uint8_t {
  not_asked,  ///< the request registers nobody, or the profile is exempt
  something,  ///< an authentication, a live vouching, or a registration that already rests on one
  nothing,
};

/// How much is asked of evidence that was judged before.
enum class EvidenceAsked : std::uint8_t {
  all,  ///< somebody registers by it: it is in time, by a key that is trusted, and there where policy asks for it
  revocation,  ///< nobody does: only that its key was not revoked together with what rests on it
};

/// Everything that a decision depends on.
struct Question {
  std::string_view client;  ///< who carries the vouching, or carried it
  Roles roles;              ///< the client's
  bool vouching_only = false;
  const Impi* impi = nullptr;
  const Impu* impu = nullptr;
  std::span<const Impu* const> set;         ///< what is registered together with the IMPU; none for an unknown subject
  const Vouching* vouching = nullptr;       ///< nullptr: nobody vouches
  const Authorizer* authorizer = nullptr;   ///< the registry's entry for the vouching's authorizer; nullptr: none
  std::span<const RegisteredGrant> grants;  ///< the subject's; none for an unknown subject
  std::optional<WayToRegister> way{};       ///< the IMPI's; none for an unknown subject
  RestsOn rests_on = RestsOn::not_asked;
  const TokenProof* proof = nullptr;   ///< of the token that the vouching brings; nullptr: none, or nobody can tell
  const Evidence* evidence = nullptr;  ///< of a vouching that was judged before; nullptr: it is made now
  EvidenceAsked evidence_asked = EvidenceAsked::all;
};

struct Decision {
  Reason reason = Reason::authorized;  ///< what is enforced; `authorized` lets the request pass
  std::optional<Reason> monitored;     ///< the first check that failed and is only monitored
  ReasonSet let_pass;                  ///< every check that failed and is only monitored
  std::optional<Time> until;           ///< the first end of the grants, and of the token, that it rests on
  std::string uncovered;               ///< the IMPU that the grants do not cover, where one failed
  Evidence evidence{};                 ///< what proves the vouching
  std::string token_fault{};           ///< what is wrong with its token, for the operator; empty: nothing
  bool busy = false;                   ///< nothing was decided: the client has used up its share of verifications
  [[nodiscard]] bool allowed() const { return reason == Reason::authorized && !busy; }
};

/// The decision of checks 1 to 7, first failing check wins. Pure: the same question at the same time has the same
/// answer. A check that fails while it is monitored is recorded, and the others are still asked, for this IMPU and for
/// each other one of its set. That an IMPI's way
/// to register allows no vouching (check 1) is told only where the grants cover it: somebody who was granted nothing
/// must not learn who is a subscriber.
Decision decide(const Question& question, const Policy& policy, Time now);

/// Checks 3 to 7, and the way to register: whether what an earlier vouching rests on still stands. Who carried it was
/// judged then, and of its evidence as much is asked as the question says.
Decision decide_standing(const Question& question, const Policy& policy, Time now);

/// \return the first IMPU out of the set that these grants do not cover; nullptr: they cover all of it
const Impu* first_uncovered(const AuthorizerName& authorizer, const Impi& impi, std::span<const Impu* const> set,
                            std::span<const RegisteredGrant> grants);

}  // namespace vouchsafe
