#pragma once

#include "diameter/freediameter.hpp"
#include "ports/log.hpp"

namespace vouchsafe::diameter {

/// Keeps the HSS's own requests (RTR, PPR, PNR) from peers that they are not for. Where the Destination-Host is not
/// connected, freeDiameter would send them to any peer of the realm, and some of those neither answer nor say so. With
/// this they go to that host, or to a peer that announced itself as a relay agent (RFC 6733, 2.4), or nowhere:
/// DIAMETER_UNABLE_TO_DELIVER then comes at once.
class Addressee {
 public:
  explicit Addressee(ports::Log& log) : log_(log) {}
  ~Addressee();
  Addressee(const Addressee&) = delete;
  Addressee& operator=(const Addressee&) = delete;
  /// Throws FdError.
  void start();
  [[nodiscard]] ports::Log& log() const { return log_; }

 private:
  ports::Log& log_;
  fd_rt_out_hdl* handle_ = nullptr;
};

}  // namespace vouchsafe::diameter
