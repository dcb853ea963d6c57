#pragma once

#include "ctl/command.hpp"
#include "store/sql/provisioning.hpp"

#include <span>

namespace vouchsafe::ctl {

/// Seals the secrets of the subscriptions with the key that seals now, where another one did. Throws Failure.
/// \return the number of that key
std::uint32_t seal_anew(const crypto::KeyRing& keys, std::span<store::NewSubscription> subscriptions);

/// Writes subscriptions whose secrets are sealed: `write` gets the number of the key that sealed them. A rekey may have
/// gone on since they were read: they are then sealed with the new key, and written again.
template <class Write>
auto write_sealed(Session& session, std::span<store::NewSubscription> subscriptions, Write write) {
  constexpr int tries = 64;  // a rekey of few subscriptions is quicker than a batch
  for (int done = 1;; ++done) {
    const std::uint32_t number = seal_anew(session.keys(), subscriptions);
    auto outcome = write(number);
    const bool conflict = !outcome && outcome.error().kind == Error::Kind::conflict;
    if (!conflict || done == tries || session.renew_keys() == number) return outcome;
  }
}

}  // namespace vouchsafe::ctl
