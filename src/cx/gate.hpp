#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "ports/subscriber_store.hpp"

#include <string_view>

namespace vouchsafe::cx {

/// Who vouches for a request, and how that is known.
struct Claim {
  const Vouching* vouching = nullptr;  ///< nullptr: nobody
  std::string_view relay;              ///< Origin-Host that carried it
  bool remembered = false;             ///< from an earlier request
};

/// Asks decide() about a request, and reports what came of it.
class Gate {
 public:
  /// \param command UAR, MAR or SAR; \param scscf Server-Name of the request, or empty
  Gate(const Context& context, std::string_view command, std::string_view scscf)
      : context_(context), command_(command), scscf_(scscf) {}

  /// \param view of the subject; its grants are looked at only when the IMPI and IMPU are one subscription's
  [[nodiscard]] Decision ask(const Impi& impi, const Impu& impu, const ports::View& view, const Claim& claim,
                             Footing footing) const;

 private:
  const Context& context_;
  std::string_view command_;
  std::string_view scscf_;
};

/// \return whether the IMPI and IMPU of the view are known and of one subscription
bool belongs_together(const ports::View& view, const Impi& impi);

/// Steps 1 and 2 of every procedure: USER_UNKNOWN, IDENTITIES_DONT_MATCH, or nothing to complain of.
std::optional<ResultCode> identity_fault(const ports::View& view, const Impi* impi);

/// The answer's part for a refusal: AUTHORIZATION_REJECTED with the reason (design of the wire interface).
void refuse(Verdict& verdict, const Decision& decision);

/// Answers about features first: \return true when the request insists on one that is not supported.
bool features_refused(const Context& context, const Common& common, Verdict& verdict);

}  // namespace vouchsafe::cx
