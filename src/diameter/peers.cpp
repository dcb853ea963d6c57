#include "diameter/peers.hpp"

#include "core/freediameter.hpp"

namespace vouchsafe::diameter {

std::size_t connected_peers() {
  std::size_t out = 0;
  // freeDiameter frees a peer that has left: each is looked at under its lock.
  if (pthread_rwlock_rdlock(&fd_g_peers_rw) != 0) return out;
  for (const fd_list* at = fd_g_peers.next; at != &fd_g_peers; at = at->next) {
    if (fd_peer_get_state(static_cast<peer_hdr*>(at->o)) == STATE_OPEN) ++out;
  }
  (void)pthread_rwlock_unlock(&fd_g_peers_rw);
  return out;
}

}  // namespace vouchsafe::diameter
