#pragma once

#include "domain/reason.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe {

/// What is done when vouchings look like a breach: a signal that reaches a threshold within a window, counted for each
/// authorizer or each client by itself.
struct Rule {
  enum class Signal : std::uint8_t {
    accepted,              ///< vouchings that were accepted
    refused,               ///< vouchings that were refused
    subjects_not_granted,  ///< different IMPUs that were refused as NOT_GRANTED
  };
  enum class Of : std::uint8_t {
    authorizers,  ///< by what they signed: a name without a verified token is the client's word, and is not counted
    clients,      ///< by what they carried that no authorizer signed
  };
  enum class Action : std::uint8_t {
    alert,
    throttle,    ///< so many vouchings a second and no more, while it lasts
    hold,        ///< suspend the authorizer
    deregister,  ///< suspend the authorizer, and deregister what rests on it
  };
  std::string name;
  Signal signal = Signal::refused;
  std::optional<Reason> reason{};  ///< of `refused`: only those; nothing: any
  Of of = Of::authorizers;
  std::vector<std::string> only{};  ///< in normal form; empty: each
  std::uint32_t threshold = 1;
  std::chrono::seconds window{300};
  Action action = Action::alert;
  std::uint32_t rate = 0;                       ///< throttle: vouchings a second
  std::optional<std::chrono::seconds> lasts{};  ///< a suspension; nothing: until it is ended
  std::chrono::seconds cool_down{300};          ///< how long it must be below half the threshold before it is over
  bool dry_run = false;                         ///< say what would be done, and do nothing

  [[nodiscard]] bool suspends() const { return action == Action::hold || action == Action::deregister; }
  bool operator==(const Rule&) const = default;
};

/// By the enumerators' numbers: what the configuration and the logs call them.
inline constexpr std::array<std::string_view, 3> signal_names{"accepted", "refused", "subjects_not_granted"};
inline constexpr std::array<std::string_view, 2> of_names{"authorizers", "clients"};
inline constexpr std::array<std::string_view, 4> action_names{"alert", "throttle", "hold", "deregister"};

constexpr std::string_view name_of(Rule::Signal signal) { return signal_names.at(static_cast<std::size_t>(signal)); }
constexpr std::string_view name_of(Rule::Of of) { return of_names.at(static_cast<std::size_t>(of)); }
constexpr std::string_view name_of(Rule::Action action) { return action_names.at(static_cast<std::size_t>(action)); }

}  // namespace vouchsafe
