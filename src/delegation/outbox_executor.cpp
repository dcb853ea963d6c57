#include "delegation/outbox_executor.hpp"

#include "delegation/review_work.hpp"
#include "delegation/settling_work.hpp"

namespace vouchsafe::delegation {

struct OutboxExecutor::Performing {
  OutboxExecutor& self;
  OutboxPorts& ports;

  std::optional<Event> operator()(const action::ReadHosts&) const {
    auto hosts = ports.outbox.hosts();
    if (!hosts) return std::nullopt;
    return event::HostsRead{std::move(*hosts)};
  }

  std::optional<Event> operator()(const action::ReadEntries& read) const {
    const std::chrono::milliseconds now = ports.clock.now().time_since_epoch();
    const auto horizon = self.options_.longest_retry + std::chrono::minutes{1};
    auto due = ports.outbox.due(read.host, now, horizon, read.limit);
    if (!due) return std::nullopt;
    return event::EntriesRead{read.host, std::move(*due)};
  }

  std::optional<Event> operator()(const action::ReadBoundaries& read) const {
    auto due = ports.outbox.to_review(ports.clock.now(), read.limit);
    if (!due) return std::nullopt;
    return event::BoundariesRead{std::move(*due)};
  }

  std::optional<Event> operator()(const action::ReadBatch& read) const {
    auto batch = next_of(read);
    if (!batch) return std::nullopt;
    return event::BatchRead{read.review, std::move(*batch)};
  }

  std::optional<Event> operator()(const action::AppendReview& append) const {
    ports.committer.submit(append_work(append.review, [later = self.later_, review = append.review](Stored stored) {
      later(event::ReviewAppended{review, stored});
    }));
    return std::nullopt;
  }

  std::optional<Event> operator()(const action::Review& review) const {
    ports.committer.submit(
        review_work(review, ports.policy, ports.clock, [later = self.later_, row = review.review](Stored stored) {
          later(event::Reviewed{row, stored});
        }));
    return std::nullopt;
  }

  std::optional<Event> operator()(const action::Send& send) const {
    return event::Sent{send.message.id, ports.messenger.send(send.message, self.replies_)};
  }

  std::optional<Event> operator()(const action::Settle& settle) const {
    ports.committer.submit(settling_work(settle.message, settle.reply, self.options_, ports.clock,
                                         [later = self.later_, entry = settle.message.id](Settlement settlement) {
                                           later(event::Settled{entry, settlement});
                                         }));
    return std::nullopt;
  }

  std::optional<Event> operator()(const action::Tell& tell) const {
    ports.events.publish(tell.event);
    return std::nullopt;
  }

 private:
  [[nodiscard]] Result<std::vector<std::int64_t>> next_of(const action::ReadBatch& read) const {
    if (const auto* review = std::get_if<MonitoredReview>(&read.review.body))
      return ports.outbox.monitored(review->cursor, read.limit);
    const auto& review = std::get<AuthorizerReview>(read.review.body);
    return ports.outbox.concerned(review.authorizer, review.cursor, read.limit);
  }
};

std::optional<Event> OutboxExecutor::perform(const Action& action) {
  return std::visit(Performing{*this, ports_}, action);
}

}  // namespace vouchsafe::delegation
