#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/subscriber_store.hpp"

#include <string_view>

namespace vouchsafe::cx {

/// Who vouches for a request, and how that is known.
struct Claim {
  const Vouching* vouching = nullptr;  ///< nullptr: nobody
  std::string_view client;             ///< who carried it, where that was an earlier request; else whoever asks now
  bool remembered = false;             ///< from an earlier request
};

/// Asks decide() about a request, and reports what came of it.
class Gate {
 public:
  /// \param command UAR, MAR or SAR
  Gate(const Context& context, std::string_view command, const Common& common)
      : context_(context), command_(command), common_(common) {}

  /// \param view of the subject; its grants are looked at only when the IMPI and IMPU are one subscription's
  [[nodiscard]] Decision ask(const Impi& impi, const Impu& impu, const ports::View& view, const Claim& claim,
                             RestsOn rests_on) const;
  /// Reports what was refused before it came to a question. \return the refusal
  [[nodiscard]] Decision refused(const Impi& impi, const Impu& impu, Reason reason) const;

 private:
  const Context& context_;
  std::string_view command_;
  const Common& common_;
};

/// \return the request's own vouching as a claim
inline Claim own_claim(const Common& common) {
  return {common.vouching ? &*common.vouching : nullptr, common.speaker.host, false};
}

/// \return the S-CSCF that asks: its Server-Name, and the client that the connection proved it to be
inline Scscf scscf_of(const Common& common, const std::string& server_name) {
  return {server_name, common.speaker.host, common.speaker.realm, common.speaker.peer};
}

/// \return the public identity of the view's subscription that the IMPU means; nullptr: none
const PublicIdentity* identity_in(const ports::View& view, const Impu& impu);

/// \return whether the IMPI and IMPU of the view are known and of one subscription
bool belongs_together(const ports::View& view, const Impi& impi);

/// Steps 1 and 2 of every procedure: USER_UNKNOWN, IDENTITIES_DONT_MATCH, or nothing to complain of.
std::optional<ResultCode> identity_fault(const ports::View& view, const Impi* impi);

/// The answer's part for a refusal: AUTHORIZATION_REJECTED with the reason (design of the wire interface).
void refuse(Verdict& verdict, Reason reason);

/// Answers about features first: \return true when the request insists on one that is not supported.
bool features_refused(const Context& context, const Common& common, Verdict& verdict);

}  // namespace vouchsafe::cx
