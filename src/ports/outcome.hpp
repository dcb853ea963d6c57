#pragma once

#include "ports/events.hpp"
#include "ports/vouchings.hpp"
#include "ports/writes.hpp"

#include <utility>

namespace vouchsafe::ports {

/// What a procedure comes to. A procedure has no effect by itself: first the writes are committed, then what the
/// outcome says of vouchings is done, the answer is sent, and the events are told. Where the commit fails none of that
/// happens, and the answer is an error.
template <class Answer>
struct Outcome {
  Answer answer{};
  Writes writes{};
  VouchingWrites vouchings{};
  Events events{};
};

/// Does what the outcome says of vouchings, when its writes are committed. Where one cannot be remembered nobody may
/// count on it, and the outcome becomes an error.
template <class Answer>
void settle(Outcome<Answer>& outcome, Vouchings& vouchings) {
  if (outcome.vouchings.empty()) return;
  const auto done = vouchings.apply(std::exchange(outcome.vouchings, {}));
  if (done) return;
  outcome = {};
  outcome.answer.verdict.code = to_result(done.error().kind);
}

}  // namespace vouchsafe::ports
