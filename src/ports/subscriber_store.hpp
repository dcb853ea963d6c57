#pragma once

#include "domain/authorizer.hpp"
#include "domain/grant.hpp"
#include "domain/repository.hpp"
#include "domain/subscription.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::ports {

/// What a procedure asks of the store. Views into the request; they live as long as the call.
struct Lookup {
  const Impi* impi = nullptr;                  ///< nullptr where the request names none
  const Impu* impu = nullptr;                  ///< nullptr: the subscription is the IMPI's
  const AuthorizerName* authorizer = nullptr;  ///< the registry's entry for it is wanted
  bool grants = false;                         ///< the subject's grants are wanted
  bool shared_ifc = false;                     ///< the shared sets that the profile names are wanted
  std::int64_t subscription = 0;               ///< asked for by its number, where neither identity is named
  /// Repository data of the IMPU that are wanted, by Service-Indication.
  const std::vector<std::string>* services = nullptr;
  const std::string* application_server = nullptr;  ///< Origin-Host whose permissions are wanted
};

/// What the store holds of a subject, from one snapshot: nothing in it is older or newer than the rest.
struct View {
  bool impi_known = false;  ///< the IMPI is some subscription's, though maybe not this one's
  bool impu_known = false;  ///< the IMPU, or a wildcarded identity that means it, is some subscription's
  std::optional<Subscription> subscription;  ///< the IMPU's; the IMPI's where no IMPU was named
  std::optional<Impu> matched_wildcard;      ///< the wildcarded identity, where the IMPU is not there as a distinct one
  std::vector<RegisteredGrant> grants;       ///< the subscription's, and the pools that the operator granted
  std::optional<Authorizer> authorizer;      ///< the registry's entry of the one that was asked for
  std::vector<Authorizer> vouchers;          ///< with the grants: of those whose word the registrations rest on
  std::vector<SharedIfc> shared_ifc;
  /// Data-References that some AS subscribed to for this subscription: bit n is row n of data_reference_rows.
  std::uint64_t watched = 0;
  std::uint16_t grants_sequence = 0;       ///< Sequence-Number of the grants as repository data
  std::vector<RepositoryData> repository;  ///< of the IMPU, those that were asked for and are there
  std::vector<AsPermission> permissions;   ///< of the application server
};

/// Reads for the procedures. Safe from many threads at once; each call returns within the store's deadline.
class SubscriberReader {
 public:
  virtual ~SubscriberReader() = default;
  /// \return a view, with nothing known for an unknown subject; unavailable when the store cannot answer
  [[nodiscard]] virtual Result<View> find(const Lookup& lookup) const = 0;
};

}  // namespace vouchsafe::ports
