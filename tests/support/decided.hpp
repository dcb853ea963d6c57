#pragma once

#include "domain/decide.hpp"
#include "support/cx_fixture.hpp"

#include <vector>

namespace vouchsafe::testing {

inline const Time asked_at = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1};

/// Says of a token what it is told to, and counts how often it is asked.
class FixedProof : public TokenProof {
 public:
  TokenVerdict verdict{TokenVerdict::Kind::verified, {"k1", "7", asked_at + std::chrono::seconds{60}, asked_at}, {}};
  mutable int asked = 0;
  [[nodiscard]] TokenVerdict prove() const override {
    ++asked;
    return verdict;
  }
  void refuse(Reason reason) { verdict = {TokenVerdict::Kind::refused, {}, {reason, "the test says so"}}; }
};

/// A question that is answered AUTHORIZED, to be spoiled by a test.
struct Asked {
  Impi who = impi("alice@ims.example");
  Impu as = impu("sip:alice@ims.example");
  Vouching vouching{name("waf.example"), std::nullopt, {}};
  Authorizer authorizer{name("waf.example"), {}, false};
  std::vector<Grant> grants{grant_to("waf.example")};
  std::vector<RegisteredGrant> registered;
  Policy policy;
  Question question;
  FixedProof proof;
  Asked() {
    question.client = "epcscf.ims.example";
    question.roles = {Role::ep_cscf};
    question.vouching = &vouching;
    question.authorizer = &authorizer;
  }
  Decision run(Time now = asked_at) {
    question.impi = &who;
    question.impu = &as;
    registered.clear();
    for (const auto& g : grants) registered.push_back({g});
    question.grants = registered;
    return decide(question, policy, now);
  }
};

}  // namespace vouchsafe::testing
