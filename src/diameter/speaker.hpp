#pragma once

#include "diameter/bad_request.hpp"
#include "domain/policy.hpp"
#include "ports/log.hpp"

#include <functional>
#include <string>

namespace vouchsafe::diameter {

/// A request that is refused for who sent it.
struct Stranger {
  BadRequest answer;
  bool delegated = false;  ///< it carries a vouching: the answer says RELAY_NOT_TRUSTED as well
};

/// The one place that knows who sends a request, before anything of it is decoded. The peer is what freeDiameter knows
/// of the connection; Origin-Host is a claim, which counts where it names the peer itself, or a client that the
/// operator lets this peer speak for (an agent).
class Speakers {
 public:
  /// \param policy in force now; \param own this node's own Diameter identity
  Speakers(PolicyInForce policy, std::string own, const Dictionary& dictionary, ports::Log& log)
      : policy_(std::move(policy)), own_(std::move(own)), dictionary_(dictionary), log_(log) {}

  /// \return who sends it; else Result-Code 5004 for an identity that is none, and 5003 for one that the peer may not
  /// speak for, our own, and one without a role that may send this command
  [[nodiscard]] tl::expected<Speaker, Stranger> identify(msg* request, Command command) const;

 private:
  /// Logs why: a message about a peer, its command, whom it names and the roles that may send it.
  template <class Why>
  [[nodiscard]] Stranger refuse(const Speaker& speaker, Command command, bool delegated) const;
  PolicyInForce policy_;
  std::string own_;
  const Dictionary& dictionary_;
  ports::Log& log_;
};

}  // namespace vouchsafe::diameter
