#include "hardening/parting.hpp"

#include "core/cancellation_off.hpp"
#include "hardening/connections.hpp"

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

namespace vouchsafe::hardening {
namespace {

/// A thread that ended by itself may be long before freeDiameter has come to that: the peer's messages are first. And
/// the routing thread may be a second at each peer that takes nothing.
constexpr std::chrono::seconds longest_wait_for_the_core{60};

}  // namespace

void Parting::watch(std::string peer, std::shared_ptr<RoutingTurns> turns) {
  peer_ = std::move(peer);
  turns_ = std::move(turns);
}

Parting::~Parting() {
  if (turns_ == nullptr) return;
  const core::CancellationOff off;
  const auto end = std::chrono::steady_clock::now() + longest_wait_for_the_core;
  while (!turns_->stopped() && may_be_written_to(peer_) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  try {
    (void)turns_->await(longest_wait_for_the_core);
  } catch (const std::exception&) {
    return;  // no memory for it
  }
}

}  // namespace vouchsafe::hardening
