#pragma once

#include "ctl/command.hpp"
#include "domain/identity.hpp"
#include "ports/subscriber_store.hpp"

#include <optional>
#include <string>

namespace vouchsafe::ctl {

/// --impi or --impu, one of them: whom a command is about.
struct IdentityOptions {
  std::string impi;
  std::string impu;
  void add_to(CLI::App& command);
  /// Throws Failure: usage for what is no identity, not_found for one that nobody has.
  [[nodiscard]] ports::View look_up(Session& session) const;
};

}  // namespace vouchsafe::ctl
