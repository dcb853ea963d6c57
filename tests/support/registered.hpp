#pragma once

#include "cx_fixture.hpp"
#include "domain/allowed_names.hpp"
#include "domain/review.hpp"
#include "domain/subscription.hpp"

namespace vouchsafe::testing {

inline const Time t0{std::chrono::seconds{1'800'000'000}};

/// An operator that knows waf.example, with its suspensions, and everybody else who was granted something.
inline Authorizers knowing(const std::vector<RegisteredGrant>& grants, const Suspensions& suspensions = {}) {
  Authorizers out;
  for (const auto& registered : grants) out.put({registered.grant.authorizer, {}, false});
  out.put({name("waf.example"), suspensions, false});
  return out;
}

/// alice, registered by waf.example's word at an S-CSCF that knows these grants.
inline Subscription registered(const std::vector<RegisteredGrant>& known = {{grant_of_impi("waf.example")}},
                               const Suspensions& suspensions = {}) {
  Subscription s{1, 1, alice(), {}};
  s.state.scscf = Scscf{scscf, "scscf.ims.example", "ims.example", "scscf.ims.example"};
  s.state.registrations.push_back(
      registration("alice@ims.example", "sip:alice@ims.example", vouched_by("waf.example"), *s.state.scscf, t0));
  s.state.announced_names = fingerprint(allowed_names(known, knowing(known, suspensions), t0));
  return s;
}

/// A review where the operator knows waf.example, with its suspensions.
inline Review reviewed(const Subscription& subscription, const std::vector<RegisteredGrant>& grants,
                       const ReviewRequest& asked, const Policy& policy, Time now,
                       const Suspensions& suspensions = {}) {
  return review(subscription, {grants, knowing(grants, suspensions)}, asked, policy, now);
}

}  // namespace vouchsafe::testing
