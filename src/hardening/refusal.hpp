#pragma once

#include "hardening/judge.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vouchsafe::hardening {

/// The AVP that a refused request becomes, inside the process: nobody's on the wire.
struct OwnAvp {
  std::uint32_t vendor;
  std::uint32_t code;
  std::uint32_t application;  ///< one that is served, for the command
  std::uint32_t secret;       ///< of this process: without it an AVP is a peer's
};

/// What the AVP holds.
struct Refusal {
  Rule rule;
  std::uint8_t flags;  ///< of the request, like what follows
  std::uint32_t command;
  std::uint32_t application;
  Octets kept;    ///< Session-Id and Proxy-Infos, as they came
  Octets failed;  ///< what Failed-AVP is to hold
};

/// Makes a harmless message of one that was judged, in its place: freeDiameter does not allow another length. A request
/// becomes our command, with all that its answer needs in our AVP; an answer becomes an error answer that can be read.
/// Where there is no room, the message becomes an answer that nobody waits for, which is dropped alone.
/// \return whether whoever is concerned will hear of it
bool rewrite(Buffer message, const Finding& finding, const Node& node, const OwnAvp& own);

/// Makes an error answer that can be read of one that cannot, as rewrite does.
bool rewrite_answer(Buffer message, Rule rule, const Node& node, const OwnAvp& own);

/// Makes an answer of it that nobody waits for, with nothing in it: freeDiameter drops that message alone (but closes
/// the connection where fewer octets follow the header than an AVP has). Allocates nothing.
void neutralize(Buffer message, const OwnAvp& own) noexcept;

/// \param value of our AVP; \return nothing where it was not made here
std::optional<Refusal> refusal_in(Octets value, const OwnAvp& own);
/// \return the rule for which an answer was rewritten, by the value of our AVP
std::optional<Rule> rule_in(Octets value, const OwnAvp& own);

/// The answer to a refused request.
std::vector<std::uint8_t> answer_to(const Refusal& refusal, std::uint32_t hop_by_hop, std::uint32_t end_to_end,
                                    const Node& node);

}  // namespace vouchsafe::hardening
