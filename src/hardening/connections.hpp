#pragma once

#include "core/freediameter.hpp"

#include <chrono>

namespace vouchsafe::hardening {

/// Accepted peers do not expire: freeDiameter sends one away that has sent nothing but watchdogs for an hour. Whether a
/// peer is accepted is another extension's to say. Throws std::runtime_error.
void keep_idle_peers();

/// Called on the receiving thread of a connection, with each message: at the first, what is sent there no longer waits
/// for the acknowledgement of what was sent before (Nagle's algorithm, which freeDiameter asks for).
void send_without_delay();

/// Called on a peer's own thread when its connection broke, before the core tears it down: waits until what it asked is
/// answered, into the void. Else another thread may be writing there meanwhile.
void await_answers(peer_hdr& peer, std::chrono::milliseconds longest) noexcept;

}  // namespace vouchsafe::hardening
