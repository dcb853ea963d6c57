#pragma once

#include "domain/outbox_entry.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vouchsafe::ports {

/// What changes call for and is not acknowledged or done yet, as the store holds it. Safe from many threads at once.
class Outbox {
 public:
  virtual ~Outbox() = default;
  /// \return every Destination-Host with an entry that is not given up; "" stands for reviews
  [[nodiscard]] virtual Result<std::vector<std::string>> hosts() const = 0;
  /// \param horizon how far ahead an entry can be due; one that is due later was written before the clock was set back,
  /// and is due now \return at most `limit` entries of the host that are due and not given up, the oldest first
  [[nodiscard]] virtual Result<std::vector<OutboxEntry>> due(const std::string& host, std::chrono::milliseconds now,
                                                             std::chrono::milliseconds horizon,
                                                             std::size_t limit) const = 0;
  /// \return subscriptions whose review_at has come, at most `limit`
  [[nodiscard]] virtual Result<std::vector<std::int64_t>> to_review(Time now, std::size_t limit) const = 0;
  /// The served subscriptions that an authorizer may concern: with a registration that rests on it, a grant to it, or
  /// names that its S-CSCF knows. \param authorizer empty: every served one; \param after only those with a greater
  /// number
  [[nodiscard]] virtual Result<std::vector<std::int64_t>> concerned(const std::string& authorizer, std::int64_t after,
                                                                    std::size_t limit) const = 0;
  /// Subscriptions with a registration that a monitored check let in, or lets stand.
  [[nodiscard]] virtual Result<std::vector<std::int64_t>> monitored(std::int64_t after, std::size_t limit) const = 0;
};

}  // namespace vouchsafe::ports
