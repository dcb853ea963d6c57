#pragma once

#include "domain/authorizers.hpp"
#include "domain/grant.hpp"
#include "domain/repository.hpp"
#include "domain/subscription.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::ports {

/// What the store holds of a subject, from one snapshot: nothing in it is older or newer than the rest.
struct View {
  bool impi_known = false;  ///< the IMPI is some subscription's, though maybe not this one's
  bool impu_known = false;  ///< the IMPU, or a wildcarded identity that means it, is some subscription's
  std::optional<Subscription> subscription;  ///< the IMPU's; the IMPI's where no IMPU was named
  std::optional<Impu> matched_wildcard;      ///< the wildcarded identity, where the IMPU is not there as a distinct one
  /// Data-References that some AS subscribed to for this subscription: bit n is row n of data_reference_rows.
  std::uint64_t watched = 0;
  std::vector<RegisteredGrant> grants;  ///< the subscription's, and the pools that the operator granted
  std::uint16_t grants_sequence = 0;    ///< Sequence-Number of the subscription's own as repository data; 0: none
  /// Who can vouch. Where the grants are wanted it is there, for an unknown subject too; else it may be nullptr.
  std::shared_ptr<const Authorizers> authorizers;
};

/// With the shared iFC sets that the profile names.
struct ServedView : View {
  std::vector<SharedIfc> shared_ifc;
};

/// With what an application server asks for.
struct DataView : ServedView {
  std::vector<RepositoryData> repository;  ///< of the IMPU, those that were asked for and are there
  std::vector<AsPermission> permissions;   ///< of the application server
};

/// Reads for the procedures and operations. Safe from many threads at once; each call returns within the store's
/// deadline, with nothing known for an unknown subject, and with unavailable when the store cannot answer. An identity
/// that is nullptr is one that the request does not name; where it names an IMPU, the subscription is that one's.
class SubscriberReader {
 public:
  virtual ~SubscriberReader() = default;

  /// Of a request that registers nobody (UAR, MAR). \param voucher whose word it brings: the
  /// grants are wanted then, and not otherwise
  [[nodiscard]] virtual Result<View> subject_of(const Impi* impi, const Impu* impu,
                                                const AuthorizerName* voucher) const = 0;
  /// Of a SAR that is answered with the profile: with the grants. \param voucher as above
  [[nodiscard]] virtual Result<ServedView> to_serve(const Impi* impi, const Impu* impu,
                                                    const AuthorizerName* voucher) const = 0;
  /// Of a SAR that deregisters: without the grants.
  [[nodiscard]] virtual Result<ServedView> to_deregister(const Impi* impi, const Impu* impu) const = 0;
  /// Of an LIR: without the grants.
  [[nodiscard]] virtual Result<ServedView> to_locate(const Impu& impu) const = 0;
  /// Of a review or an operation, about a subscription that has its number for good: with the grants.
  [[nodiscard]] virtual Result<View> by_number(std::int64_t subscription) const = 0;
  /// Of a PPR: with the grants.
  [[nodiscard]] virtual Result<ServedView> to_push(std::int64_t subscription) const = 0;
  /// Of what an operator does: with the grants.
  [[nodiscard]] virtual Result<View> by_identity(const Impi* impi, const Impu* impu) const = 0;
  /// Of an application server's request: with the grants.
  /// \param services the Service-Indications of the IMPU's repository data that are wanted
  /// \param application_server the Origin-Host whose permissions are wanted
  [[nodiscard]] virtual Result<DataView> data_of(const Impu& impu, const std::vector<std::string>& services,
                                                 const std::string& application_server) const = 0;
  /// Repository data alone. \param impu under which they are stored
  [[nodiscard]] virtual Result<std::vector<RepositoryData>> repository_of(
      const Impu& impu, const std::vector<std::string>& services) const = 0;
  /// Who can vouch now.
  [[nodiscard]] virtual Result<std::shared_ptr<const Authorizers>> authorizers() const = 0;
};

}  // namespace vouchsafe::ports
