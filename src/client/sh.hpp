#pragma once

#include "client/peer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::client {

inline constexpr std::uint32_t sh_application = 16777217;

/// Sh requests as an AS sends them. A test adds or takes AVPs before it asks.
/// \param user a SIP or tel URI, or the digits of an MSISDN
Message udr(Peer& peer, const std::string& user, const std::vector<std::uint32_t>& references,
            const std::vector<std::string>& services = {});
Message pur(Peer& peer, const std::string& user, const std::string& user_data, std::uint32_t reference = 0);
Message snr(Peer& peer, const std::string& user, std::uint32_t reference, const std::vector<std::string>& services = {},
            bool subscribe = true);

/// Sh-Data with one piece of repository data. \param data inside ServiceData; nothing: none
std::string repository_data(const std::string& service, unsigned sequence, const std::optional<std::string>& data);
/// The options of a peer that speaks Sh.
PeerOptions as_options(PeerOptions options, const std::string& host);

}  // namespace vouchsafe::client
