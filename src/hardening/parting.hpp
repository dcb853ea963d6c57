#pragma once

#include "hardening/routing_turns.hpp"

#include <memory>
#include <string>

namespace vouchsafe::hardening {

/// The end of a connection, in a variable of its receiving thread. freeDiameter first says that the peer is not
/// connected, then waits for the end of that thread, and then frees the connection: so this, which is destroyed at the
/// thread's end, is what keeps the connection until nobody writes to it any more.
class Parting {
 public:
  Parting() = default;
  ~Parting();
  Parting(const Parting&) = delete;
  Parting& operator=(const Parting&) = delete;

  /// \param peer whose connection the thread reads
  void watch(std::string peer, std::shared_ptr<RoutingTurns> turns);
  [[nodiscard]] bool watches() const { return turns_ != nullptr; }

 private:
  std::string peer_;
  std::shared_ptr<RoutingTurns> turns_;
};

}  // namespace vouchsafe::hardening
