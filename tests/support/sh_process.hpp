#pragma once

#include "client/sh.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <optional>
#include <string>

namespace vouchsafe::testing {

inline const std::string grants_service = "delegated-authorizers";

/// A real HSS, asked over Sh.
struct ShProcess : HssProcess {
  [[nodiscard]] client::PeerOptions as(const std::string& host = "as1.ims.example") const {
    return client::as_options(peer(host), host);
  }
  /// Writes repository data. \return the result
  static std::uint32_t put(client::Peer& as, unsigned sequence, const std::optional<std::string>& content,
                           const std::string& service = grants_service, const std::string& user = alice_impu) {
    return as.ask(client::pur(as, user, client::repository_data(service, sequence, content))).result();
  }
};

}  // namespace vouchsafe::testing
