#pragma once

#include "domain/reason.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe {

/// A set of reasons whose checks are only monitored.
class MonitorSet {
 public:
  void add(Reason reason) { bits_ |= 1U << static_cast<unsigned>(reason); }
  void add_all() { bits_ = ~0U; }
  [[nodiscard]] bool has(Reason reason) const { return ((bits_ >> static_cast<unsigned>(reason)) & 1U) != 0; }
  MonitorSet& operator|=(const MonitorSet& other) {
    bits_ |= other.bits_;
    return *this;
  }

 private:
  std::uint32_t bits_ = 0;
};

/// A set of reasons that are only monitored for one relay, S-CSCF or authorizer.
struct ScopedMonitor {
  std::string pattern;  ///< a name, "*.rest" or "prefix*"
  MonitorSet reasons;
};

/// A Diameter node that may carry vouchings.
struct Relay {
  std::string pattern;         ///< Origin-Host, "*.rest" or "prefix*"
  bool vouching_only = false;  ///< its every UAR must name an authorizer
};

/// What the operator configured about decisions. The default refuses: no relay may carry a vouching, nothing is
/// monitored.
struct Policy {
  std::vector<Relay> relays;
  bool token_required = false;  ///< every vouching needs a signed token
  MonitorSet monitor;
  std::vector<ScopedMonitor> monitor_relays;
  std::vector<ScopedMonitor> monitor_scscfs;
  std::vector<ScopedMonitor> monitor_authorizers;

  [[nodiscard]] const Relay* relay(std::string_view origin_host) const;
  /// \param authorizer empty where nobody vouches; \param scscf a Server-Name or empty
  [[nodiscard]] bool monitored(Reason reason, std::string_view relay, std::string_view scscf,
                               std::string_view authorizer) const;
};

}  // namespace vouchsafe
