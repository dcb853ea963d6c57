#pragma once

#include "metrics/families.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vouchsafe::metrics {

/// How the parts of the HSS stand, as they are looked at for a scrape.
struct State {
  struct Outbox {
    std::uint64_t fresh = 0;         ///< owed, and not tried without success yet
    std::uint64_t retried = 0;       ///< owed, after a try without success
    std::uint64_t given_up = 0;      ///< not owed any more
    std::chrono::seconds oldest{0};  ///< since the oldest that is owed was called for; 0: nothing is owed
  };
  std::optional<Outbox> outbox;  ///< nothing: it could not be read
  bool reads = false;            ///< whether the database can be read
  bool writes = false;           ///< whether it can be written
  std::size_t waiting = 0;       ///< works in the committer's queue
  std::size_t most_waiting = 0;
  std::size_t peers = 0;                                          ///< connected
  std::vector<std::pair<std::string_view, std::uint64_t>> found;  ///< by the guard, for each of its rules' keys
  std::uint64_t audit_dropped = 0;                                ///< records that the audit log does not hold
  std::vector<std::string> authorizers;                           ///< in the registry
};

void collect(const State& state, Families& out);

}  // namespace vouchsafe::metrics
