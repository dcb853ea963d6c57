#pragma once

#include "domain/allowed_names.hpp"
#include "domain/decide.hpp"
#include "domain/features.hpp"
#include "domain/result_code.hpp"
#include "domain/role.hpp"
#include "domain/subscription.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::cx {

/// User-Authorization-Type (TS 29.229, 6.3.24).
enum class UserAuthorizationType : std::uint32_t {
  registration = 0,
  de_registration = 1,
  registration_and_capabilities = 2
};

/// Server-Assignment-Type (TS 29.229, 6.3.15). 12 to 14 belong to SWx and are refused here.
enum class ServerAssignmentType : std::uint32_t {
  no_assignment = 0,
  registration = 1,
  re_registration = 2,
  unregistered_user = 3,
  timeout_deregistration = 4,
  user_deregistration = 5,
  timeout_deregistration_store_server_name = 6,
  user_deregistration_store_server_name = 7,
  administrative_deregistration = 8,
  authentication_failure = 9,
  authentication_timeout = 10,
  deregistration_too_much_data = 11,
};

/// What every request carries.
struct CxCommon {
  Speaker speaker;
  Features features;
  std::optional<Vouching> vouching;  ///< Delegated-Authorization
  std::string session{};  ///< SAR, and where somebody vouches: Session-Id, which tells one that is sent again
};

/// What an S-CSCF says that a registration rests on: it alone sees whether a challenge was answered. A statement only
/// restricts.
struct Statement {
  enum class Kind : std::uint8_t {
    authenticated,  ///< the user answered a challenge, or goes on with a registration that did
    trusted_node,   ///< Trusted Node Authentication: a third party vouched
  };
  Kind kind = Kind::authenticated;
  std::optional<AuthorizerName> authorizer{};  ///< who vouched, where it says so
};

struct UaRequest {
  CxCommon common;
  Impi impi;
  Impu impu;
  std::string visited_network;
  UserAuthorizationType type = UserAuthorizationType::registration;
  bool emergency = false;  ///< UAR-Flags, bit 0
};

/// The AVP of the request that a result is about, for Failed-AVP.
enum class Offender : std::uint8_t {
  none,
  public_identity,
  sip_authorization,
  server_assignment_type,
  delegated_authorization
};

/// What every answer can carry.
struct CxVerdict {
  ResultCode code = result::success;
  std::optional<Reason> delegation_result;
  std::optional<Time> delegation_expiry;
  Features features;  ///< what this HSS supports, where the request spoke of features
  Offender offender = Offender::none;
};

struct UaAnswer {
  CxVerdict verdict;
  std::string server_name{};
  std::optional<Capabilities> capabilities;
};

struct MaRequest {
  CxCommon common;
  Impi impi;
  Impu impu;
  std::string scheme;             ///< SIP-Authentication-Scheme as sent
  std::string sip_authorization;  ///< RAND || AUTS after a synchronization failure, else empty
  std::uint32_t items = 1;        ///< SIP-Number-Auth-Items
  std::string server_name{};
};

/// One SIP-Auth-Data-Item: a vector, or digest data.
struct AuthDataItem {
  AuthenticationScheme scheme = AuthenticationScheme::digest_akav1_md5;
  std::string authenticate;   ///< RAND || AUTN
  std::string authorization;  ///< XRES
  std::string ck;
  std::string ik;
  std::string digest_realm;
  std::string digest_ha1;
};

struct MaAnswer {
  CxVerdict verdict;
  std::vector<AuthDataItem> items;
};

struct SaRequest {
  CxCommon common;
  std::optional<Impi> impi{};
  std::vector<Impu> impus{};
  std::string server_name{};
  ServerAssignmentType type = ServerAssignmentType::no_assignment;
  bool user_data_available = false;
  std::optional<Statement> statement{};
};

struct SaAnswer {
  CxVerdict verdict;
  std::optional<Impi> impi{};
  std::string user_data;
  Charging charging;
  std::vector<Impi> associated;
  AllowedNames allowed;
  std::string server_name{};  ///< the stored S-CSCF, where another one asked
  std::optional<Impu> wildcarded{};
};

struct LiRequest {
  CxCommon common;
  Impu impu;
  bool originating = false;
  bool capabilities_wanted = false;  ///< User-Authorization-Type REGISTRATION_AND_CAPABILITIES
};

struct LiAnswer {
  CxVerdict verdict;
  std::string server_name{};
  std::optional<Capabilities> capabilities;
  std::optional<Impu> wildcarded{};
};

}  // namespace vouchsafe::cx
