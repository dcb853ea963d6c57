#pragma once

#include "domain/data_reference.hpp"
#include "domain/features.hpp"
#include "domain/identity.hpp"
#include "domain/result_code.hpp"
#include "domain/time.hpp"
#include "ports/sh_documents.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::sh {

/// Identity-Set (TS 29.329, 6.3.10).
enum class IdentitySet : std::uint32_t { all = 0, registered = 1, implicit = 2, alias = 3 };

/// What every request carries.
struct ShCommon {
  std::string origin_host;
  std::string origin_realm;
  Features features;
  Impu user;            ///< User-Identity; an MSISDN as its tel URI
  bool msisdn = false;  ///< it was an MSISDN
  std::vector<DataReference> references;
  std::vector<std::string> services;  ///< Service-Indication
  std::vector<IdentitySet> identity_sets;
  std::string server_name;
  std::optional<Impi> impi{};  ///< User-Name
};

/// The AVP that a result is about, for Failed-AVP.
enum class Offender : std::uint8_t { none, service_indication, server_name, data_reference, expiry_time };

/// What every answer can carry.
struct ShVerdict {
  ResultCode code = result::success;
  Features features;
  Offender offender = Offender::none;
  std::string error_message;  ///< Error-Message, for the one who reads the AS's log
};

struct UdRequest {
  ShCommon common;
};
struct UdAnswer {
  ShVerdict verdict;
  std::string user_data;
};

struct PuRequest {
  ShCommon common;
  std::string user_data;
};
/// A PUR whose document has been read: what its XML says is known before a transaction waits for it.
struct ReadPuRequest {
  ShCommon common;
  bool too_much = false;  ///< it is larger than is taken, and read to that bound only
  Result<ports::ShUpdate> update;
  Result<std::vector<Grant>> grants;  ///< where it is about them, those of no IMPI being the request's identity's
};
struct PuAnswer {
  ShVerdict verdict;
  std::string service_indication;  ///< Repository-Data-ID, where repository data was written
  std::optional<std::uint16_t> sequence{};
};

struct SnRequest {
  ShCommon common;
  bool subscribe = true;
  bool send_data = false;
  std::optional<Time> expiry{};
  bool one_time = false;
};
struct SnAnswer {
  ShVerdict verdict;
  std::string user_data;
  std::optional<Time> expiry{};
};

}  // namespace vouchsafe::sh
