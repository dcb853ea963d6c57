#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/subscription.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vouchsafe::ports {

/// What a procedure asks of the store. Views into the request; they live as long as the call.
struct Lookup {
  const Impi* impi = nullptr;                  ///< nullptr where the request names none
  const Impu* impu = nullptr;                  ///< nullptr: the subscription is the IMPI's
  const AuthorizerName* authorizer = nullptr;  ///< the registry's entry for it is wanted
  bool grants = false;                         ///< the subject's grants are wanted
  bool shared_ifc = false;                     ///< the shared sets that the profile names are wanted
};

/// What the store holds of a subject, from one snapshot: nothing in it is older or newer than the rest.
struct View {
  bool impi_known = false;  ///< the IMPI is some subscription's, though maybe not this one's
  bool impu_known = false;  ///< the IMPU, or a wildcarded identity that means it, is some subscription's
  std::optional<Subscription> subscription;  ///< the IMPU's; the IMPI's where no IMPU was named
  std::optional<Impu> matched_wildcard;      ///< the wildcarded identity, where the IMPU is not there as a distinct one
  std::vector<RegisteredGrant> grants;       ///< the subscription's, and the pools that the operator granted
  std::optional<Authorizer> authorizer;
  std::vector<SharedIfc> shared_ifc;
};

/// Reads for the procedures. Safe from many threads at once; each call returns within the store's deadline.
class SubscriberReader {
 public:
  virtual ~SubscriberReader() = default;
  /// \return a view, with nothing known for an unknown subject; unavailable when the store cannot answer
  [[nodiscard]] virtual Result<View> find(const Lookup& lookup) const = 0;
};

}  // namespace vouchsafe::ports
