#pragma once

#include "ports/outbox.hpp"
#include "store/sqlite/database.hpp"

#include <optional>

namespace vouchsafe::store {

/// The outbox table, read for the dispatcher and for vouchctl.
class SqlOutbox : public ports::Outbox {
 public:
  explicit SqlOutbox(Database& database) : database_(database) {}
  [[nodiscard]] Result<std::vector<std::string>> hosts() const override;
  [[nodiscard]] Result<std::vector<OutboxEntry>> due(const std::string& host, std::chrono::milliseconds now,
                                                     std::chrono::milliseconds horizon,
                                                     std::size_t limit) const override;
  [[nodiscard]] Result<std::vector<std::int64_t>> to_review(Time now, std::size_t limit) const override;
  [[nodiscard]] Result<std::vector<std::int64_t>> concerned(const std::string& authorizer, std::int64_t after,
                                                            std::size_t limit) const override;
  [[nodiscard]] Result<std::vector<std::int64_t>> monitored(std::int64_t after, std::size_t limit) const override;

  /// Everything, or what is due to a host first, the oldest first; \param given_up only, or not, what was given up
  [[nodiscard]] Result<std::vector<OutboxEntry>> all(bool given_up, std::size_t limit) const;
  struct Count {
    std::string host;
    std::int64_t owed = 0;
    std::int64_t tried = 0;  ///< of those owed, with a failed try
    std::int64_t given_up = 0;
  };
  [[nodiscard]] Result<std::vector<Count>> counts() const;
  /// All of it together.
  struct Depth {
    std::int64_t fresh = 0;    ///< owed, without a failed try
    std::int64_t retried = 0;  ///< owed, with one
    std::int64_t given_up = 0;
    std::optional<Time> oldest{};  ///< when the oldest that is owed was called for
  };
  [[nodiscard]] Result<Depth> depth() const;
  /// What is left of an entry and of those that followed from it; nothing given up is counted in the first.
  struct Left {
    std::int64_t owed = 0;
    std::int64_t given_up = 0;
  };
  [[nodiscard]] Result<Left> left(std::int64_t origin) const;
  /// Tries what was given up again, or forgets it. \param id 0: all of it; \return how many
  Result<std::int64_t> retry(std::int64_t id);
  Result<std::int64_t> forget(std::int64_t id);

 private:
  Database& database_;
};

}  // namespace vouchsafe::store
