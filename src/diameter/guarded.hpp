#pragma once

#include "core/cancellation_off.hpp"
#include "core/freediameter.hpp"
#include "ports/log.hpp"

#include <exception>
#include <string>

namespace vouchsafe::diameter {

using core::CancellationOff;

/// Answers DIAMETER_UNABLE_TO_COMPLY by C calls only; the message stays the caller's when even that fails.
void answer_unable_to_comply(msg** message, disp_action* action) noexcept;

/// Runs a handler's body between C and C++. Whatever the body throws ends as 5012, never as silence or an allow.
template <class Body>
int guarded(const char* where, ports::Log& log, msg** message, disp_action* action, Body&& body) noexcept {
  const CancellationOff off;
  try {
    body();
    return 0;
  } catch (const std::exception& e) {
    log.write(ports::message::escaped_exception{.where = where, .what = e.what()});
  } catch (...) {
    log.write(ports::message::escaped_exception{.where = where, .what = "not a std::exception"});
  }
  answer_unable_to_comply(message, action);
  return 0;
}

}  // namespace vouchsafe::diameter
