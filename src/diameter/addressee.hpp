#pragma once

#include "core/freediameter.hpp"
#include "domain/policy.hpp"
#include "ports/log.hpp"

#include <functional>

namespace vouchsafe::diameter {

/// Keeps the HSS's own requests (RTR, PPR, PNR) from peers that they are not for. Where the Destination-Host is not
/// connected, freeDiameter would send them to any peer of the realm, and some of those neither answer nor say so. With
/// this they go to that host, or to a peer that the operator lets speak for it (an agent), or nowhere:
/// DIAMETER_UNABLE_TO_DELIVER then comes at once. That a peer calls itself a relay (RFC 6733, 2.4) counts for nothing.
///
/// That answer is made and given to its callback here, on freeDiameter's one thread that routes what goes out. The core
/// would put it into its queue of what came in: where that is full, its threads wait for each other from then on, this
/// one for a place in it, the one that empties it for the handlers, and those for this one.
class Addressee {
 public:
  Addressee(PolicyInForce policy, ports::Log& log) : policy_(std::move(policy)), log_(log) {}
  ~Addressee();
  Addressee(const Addressee&) = delete;
  Addressee& operator=(const Addressee&) = delete;
  /// Throws FdError.
  void start();
  /// Makes candidates that one of the HSS's own requests is not for ones that it is not delivered to. Other requests
  /// stay as they are.
  void route(msg* request, fd_list* candidates) const noexcept;
  /// The same, after everybody else has given the candidates their scores. One of the HSS's own requests that nobody
  /// can be given is answered here, and the message is nullptr then.
  void deliver(msg** request, fd_list* candidates) const noexcept;

 private:
  PolicyInForce policy_;
  ports::Log& log_;
  fd_rt_out_hdl* handle_ = nullptr;
};

}  // namespace vouchsafe::diameter
