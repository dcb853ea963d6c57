#pragma once

#include "cx_fixture.hpp"
#include "domain/allowed_names.hpp"
#include "domain/review.hpp"
#include "domain/subscription.hpp"

namespace vouchsafe::testing {

inline const Time t0{std::chrono::seconds{1'800'000'000}};

/// alice, registered by waf.example's word at an S-CSCF that knows it.
inline Subscription registered(std::vector<RegisteredGrant> known = {
                                   {grant_of_impi("waf.example"), Authorizer::State::active}}) {
  Subscription s{1, 1, alice(), {}};
  s.state.scscf = Scscf{scscf, "scscf.ims.example", "ims.example", "scscf.ims.example"};
  s.state.registrations.push_back(
      registration("alice@ims.example", "sip:alice@ims.example", vouched_by("waf.example"), *s.state.scscf, t0));
  s.state.announced_names = fingerprint(allowed_names(known, t0));
  return s;
}

/// A review where the registry knows waf.example, in the state that a grant has it in.
inline Review reviewed(const Subscription& subscription, const std::vector<RegisteredGrant>& grants,
                       const ReviewRequest& asked, const Policy& policy, Time now) {
  Authorizer waf{name("waf.example"), Authorizer::State::active, false};
  for (const auto& [grant, state] : grants) {
    if (grant.authorizer == waf.name) waf.state = state;
  }
  const std::vector<Authorizer> vouchers{waf};
  return review(subscription, {grants, vouchers}, asked, policy, now);
}

}  // namespace vouchsafe::testing
