#pragma once

#include "core/freediameter.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace vouchsafe::hardening {

/// Accepted peers do not expire: freeDiameter sends one away that has sent nothing but watchdogs for an hour. Whether a
/// peer is accepted is another extension's to say. Throws std::runtime_error.
void keep_idle_peers();

/// What is sent there no longer waits for the acknowledgement of what was sent before (Nagle's algorithm, which
/// freeDiameter asks for).
void send_without_delay(int socket);

/// \return the socket of the connection that this receiving thread reads; -1 where this is none, or freeDiameter no
/// longer names its threads after their sockets
int socket_of_this_thread();

/// \return the kernel's number of a socket, which no other ever has; 0 for what is none
std::uint64_t cookie_of(int socket) noexcept;

/// \return octets that were sent and that the other side has not taken; 0 where that cannot be told
int unread_octets(int socket) noexcept;

/// Room for what is sent before a thread has to wait for the other side: as much as the kernel allows, of a megabyte.
void send_much(int socket);

/// \return whether freeDiameter takes the peer of that name for one that may be written to, or has not come to saying
/// so; also while the list of peers is being changed
bool may_be_written_to(std::string_view name) noexcept;

/// Called on a peer's own thread when its connection broke, before the core tears it down: waits until what it asked is
/// answered, into the void. Else another thread may be writing there meanwhile.
void await_answers(peer_hdr& peer, std::chrono::milliseconds longest) noexcept;

}  // namespace vouchsafe::hardening
