#pragma once

#include "domain/grant.hpp"
#include "domain/repository.hpp"
#include "domain/subscription.hpp"
#include "domain/user_state.hpp"
#include "ports/subscriber_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::ports {

/// What an Sh-Data document says (TS 29.328, annex C and D); only what is there is written.
struct ShData {
  std::optional<std::vector<std::string>> public_identities{};
  std::optional<std::vector<std::string>> registered_identities{};
  std::optional<std::vector<std::string>> implicit_identities{};
  std::optional<std::vector<std::string>> all_identities{};
  std::optional<std::vector<std::string>> alias_identities{};
  std::vector<std::string> msisdns{};  ///< digits
  std::vector<RepositoryData> repository{};
  std::vector<RepositoryData> aliases_repository{};
  std::optional<std::string> scscf_name{};
  std::optional<std::string> ifcs{};  ///< InitialFilterCriteria elements
  std::optional<ImsUserState> user_state{};
  std::optional<Charging> charging{};
  std::optional<bool> psi_active{};
  std::vector<std::string> private_identities{};
};

/// What a PUR's Sh-Data asks for: one piece.
struct ShUpdate {
  enum class Kind : std::uint8_t { repository, aliases_repository, psi_activation };
  Kind kind = Kind::repository;
  std::string service_indication{};
  std::uint16_t sequence = 0;
  std::optional<std::string> service_data{};  ///< the elements inside ServiceData; nothing: delete
  bool psi_active = false;
};

/// The XML of Sh.
class ShDocuments {
 public:
  virtual ~ShDocuments() = default;
  /// \return unavailable when a part cannot be written
  [[nodiscard]] virtual Result<std::string> write(const ShData& data) const = 0;
  /// \return malformed, with the place, for what is not an Sh-Data with exactly one piece that can be updated
  [[nodiscard]] virtual Result<ShUpdate> read(std::string_view xml) const = 0;
  /// A subscriber's grants as the Service-Data of delegated_authorizers_service.
  [[nodiscard]] virtual Result<std::string> write_grants(const std::vector<Grant>& grants) const = 0;
  /// \param subject of the grants that name no IMPI; a wildcarded one makes them pools
  /// \return malformed, with the place, for what the project's schema (dict/delegated-authorizers.xsd) refuses
  [[nodiscard]] virtual Result<std::vector<Grant>> read_grants(std::string_view service_data,
                                                               const Impu& subject) const = 0;
  /// The initial filter criteria of a public identity that name an application server.
  [[nodiscard]] virtual Result<std::string> criteria_for(const ServedView& view, const PublicIdentity& impu,
                                                         std::string_view server_name) const = 0;
};

}  // namespace vouchsafe::ports
