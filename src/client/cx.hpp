#pragma once

#include "client/peer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::client {

inline constexpr std::uint32_t tgpp = 10415;
inline constexpr std::uint32_t ours = 32473;

/// A Delegated-Authorization AVP.
struct Delegation {
  std::string waf;
  std::optional<std::string> wwsf{};
  std::optional<std::string> token{};
};
Avp delegated_authorization(const Delegation& delegation);
Avp supported_features(std::uint32_t vendor, std::uint32_t list, std::uint32_t bits, bool mandatory);

/// Cx requests as a CSCF sends them. A test adds or takes AVPs before it asks.
Message uar(Peer& peer, const std::string& impi, const std::string& impu,
            const std::optional<Delegation>& delegation = {}, const std::string& visited = "ims.example");
Message mar(Peer& peer, const std::string& impi, const std::string& impu, const std::string& server,
            const std::string& scheme = "Digest-AKAv1-MD5", std::uint32_t items = 1,
            const std::string& authorization = {});
Message sar(Peer& peer, const std::string& impi, const std::vector<std::string>& impus, const std::string& server,
            std::uint32_t type, bool data_available = false);
Message lir(Peer& peer, const std::string& impu);

/// "2001", or "3GPP 5003".
std::string result_text(std::uint32_t result);

}  // namespace vouchsafe::client
