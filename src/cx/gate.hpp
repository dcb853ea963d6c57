#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/events.hpp"
#include "ports/subscriber_store.hpp"

#include <string_view>

namespace vouchsafe::cx {

/// Who vouches for a request, and how that is known.
struct Claim {
  const Vouching* vouching = nullptr;  ///< nullptr: nobody
  std::string_view client;             ///< who carried it, where that was an earlier request; else whoever asks now
  bool remembered = false;             ///< from an earlier request
  const Evidence* evidence = nullptr;  ///< what proved it then; nullptr: it is judged now
};

/// \return a remembered vouching as a claim
inline Claim claim_of(const ports::RememberedVouching& remembered) {
  return {&remembered.vouching, remembered.client, true, &remembered.evidence};
}

/// Asks decide() about a request, and writes down what came of it.
class Gate {
 public:
  /// \param events of the procedure's outcome
  Gate(const CxContext& context, const CxCommon& common, ports::Events& events)
      : context_(context), common_(common), events_(events) {}

  /// \param view of the subject; its grants are looked at only when the IMPI and IMPU are one subscription's
  [[nodiscard]] Decision ask(const Impi& impi, const Impu& impu, const ports::View& view, const Claim& claim,
                             RestsOn rests_on) const;
  /// Writes down what was refused before it came to a question. \return the refusal
  [[nodiscard]] Decision refused(const Impi& impi, const Impu& impu, Reason reason) const;
  /// Writes a decision down. \param authorizer who vouched; empty: nobody
  /// \param remembered whether an earlier request made the vouching
  void decided(const Impi& impi, const Impu& impu, const std::string& authorizer, const Decision& decision,
               bool remembered = false) const {
    events_.emplace_back(ports::Decided{impi.text(), impu.text(), authorizer, decision, remembered});
  }

 private:
  void throttle(Decision& decision, const Question& question, const Policy& policy) const;

  const CxContext& context_;
  const CxCommon& common_;
  ports::Events& events_;
};

/// \return the request's own vouching as a claim
inline Claim own_claim(const CxCommon& common) {
  return {common.vouching ? &*common.vouching : nullptr, common.speaker.host, false, nullptr};
}

/// \return the S-CSCF that asks: its Server-Name, and the client that the connection proved it to be
inline Scscf scscf_of(const CxCommon& common, const std::string& server_name) {
  return {server_name, common.speaker.host, common.speaker.realm, common.speaker.peer};
}

/// \return the public identity of the view's subscription that the IMPU means; nullptr: none
const PublicIdentity* identity_in(const ports::View& view, const Impu& impu);

/// \return whether the IMPI and IMPU of the view are known and of one subscription
bool belongs_together(const ports::View& view, const Impi& impi);

/// Steps 1 and 2 of every procedure: USER_UNKNOWN, IDENTITIES_DONT_MATCH, or nothing to complain of.
std::optional<ResultCode> identity_fault(const ports::View& view, const Impi* impi);

/// The answer's part for a refusal: AUTHORIZATION_REJECTED with the reason, or TOO_BUSY where nothing was decided.
void refuse(CxVerdict& verdict, const Decision& decision);

/// Answers about features first: \return true when the request insists on one that is not supported.
bool features_refused(const CxContext& context, const CxCommon& common, CxVerdict& verdict);

}  // namespace vouchsafe::cx
