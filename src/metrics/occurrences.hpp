#pragma once

#include "metrics/families.hpp"
#include "ports/events.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace vouchsafe::metrics {

/// Counts what happens besides decisions: to peers, to messages, to what the outbox owes, to the configuration.
class Occurrences : public ports::EventSink {
 public:
  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override;
  void collect(Families& out) const;

 private:
  using Counter = std::atomic<std::uint64_t>;
  Counter connected_{0};
  Counter refused_{0};
  Counter lost_{0};
  Counter messages_lost_{0};
  Counter configurations_refused_{0};
  std::array<Counter, 3> settled_{};  ///< by OutboxSettled::How
};

}  // namespace vouchsafe::metrics
