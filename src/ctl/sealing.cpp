#include "ctl/sealing.hpp"

namespace vouchsafe::ctl {

std::uint32_t seal_anew(const crypto::KeyRing& keys, std::span<store::NewSubscription> subscriptions) {
  for (auto& subscription : subscriptions) {
    for (auto& impi : subscription.profile.impis) {
      if (auto box = need(keys.seal_anew(impi))) impi.sealed = std::move(*box);
    }
  }
  return keys.seals_with();
}

}  // namespace vouchsafe::ctl
