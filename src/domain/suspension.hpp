#pragma once

#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe {

/// What of an authorizer's vouchings a suspension is for: all of them, those through one WWSF, those that one client
/// carries, or those that are both.
struct SuspensionScope {
  std::string wwsf;    ///< in normal form (AuthorizerName); empty: every one, and none
  std::string client;  ///< Diameter identity; empty: every one
  [[nodiscard]] bool is_all() const { return wwsf.empty() && client.empty(); }
  auto operator<=>(const SuspensionScope&) const = default;
};

/// An authorizer, or a part of what it vouches for, that counts for nothing until further notice.
struct Suspension {
  enum class Effect : std::uint8_t {
    holds = 1,        ///< what is registered stays until it registers again
    deregisters = 2,  ///< and what rests on it is deregistered
  };
  Effect effect = Effect::holds;
  SuspensionScope scope{};
  Time since{};
  std::optional<Time> until{};  ///< in force before it; nothing: until it is ended
  std::string why{};            ///< one line for people

  [[nodiscard]] bool in_force(Time now) const { return !until || now < *until; }
  bool operator==(const Suspension&) const = default;
};
using Suspensions = std::vector<Suspension>;

}  // namespace vouchsafe
