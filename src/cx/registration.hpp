#pragma once

#include "cx/support.hpp"
#include "domain/outbox_entry.hpp"

#include <optional>
#include <vector>

namespace vouchsafe::cx {

/// REGISTRATION and RE_REGISTRATION (TS 29.228, 6.1.2.1, step 4): decides on what the registration rests, and records
/// it in a state.
class RegistrationStep {
 public:
  /// \param events of the procedure's outcome
  RegistrationStep(const SaRequest& request, const ports::View& view, const CxContext& context, ports::Events& events)
      : request_(request),
        view_(view),
        context_(context),
        gate_(context, request.common, events),
        subscription_(*view.subscription) {}

  /// \param live what the vouching memory holds for the pair
  /// \param state changed only when the result is a success; \param answer gets the result of the delegation, and the
  /// S-CSCF that is stored where that is another one
  ResultCode run(const Pair& pair, std::optional<ports::RememberedVouching> live, State& state, SaAnswer& answer);

  /// What the registration calls for: RTRs to the S-CSCF that it was taken over from.
  std::vector<OutboxEntry>& terminations() { return terminations_; }
  /// \return whether the registration rests on the remembered vouching
  [[nodiscard]] bool used_live() const { return used_live_; }
  /// \return whether the remembered vouching does not stand any more
  [[nodiscard]] bool live_fell() const { return live_fell_; }

 private:
  Support decide_on(const Pair& pair, std::optional<ports::RememberedVouching> live, Decision& decision);
  Decision ask(const Support& support, const Pair& pair);
  [[nodiscard]] Decision ask_bases(const Registration& registration, bool report) const;
  [[nodiscard]] bool is_anothers(const Pair& pair, const State& state) const;
  void take_over(const Pair& pair, State& state);
  Support decide_all(const Pair& pair, std::optional<ports::RememberedVouching> live, const Registration* there,
                     Decision& decision);
  [[nodiscard]] Registration made(const Support& support, const Decision& decision, const Pair& pair,
                                  const State& state) const;
  [[nodiscard]] Scscf here() const;

  const SaRequest& request_;
  const ports::View& view_;
  const CxContext& context_;
  Gate gate_;
  const Subscription& subscription_;
  std::vector<OutboxEntry> terminations_;
  bool used_live_ = false;
  bool live_fell_ = false;
};

}  // namespace vouchsafe::cx
