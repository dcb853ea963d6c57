#include "delegation/outbox_dispatcher.hpp"

#include "delegation/review_work.hpp"
#include "delegation/settling_work.hpp"

namespace vouchsafe::delegation {

OutboxDispatcher::OutboxDispatcher(OutboxPorts ports, const OutboxOptions& options)
    : ports_(std::move(ports)),
      options_(options),
      plan_(options, moment_of(ports_.clock)),
      thread_([this] { run(); }) {}

OutboxDispatcher::~OutboxDispatcher() { stop(); }

void OutboxDispatcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void OutboxDispatcher::post(Event event) noexcept {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  wake_.notify_one();
}

void OutboxDispatcher::ask(Debt review) { post(event::ReviewAsked{std::move(review)}); }

void OutboxDispatcher::replied(std::int64_t entry, const ports::Reply& reply) noexcept {
  post(event::Answered{entry, reply});
}

std::string OutboxDispatcher::summary() const {
  const std::lock_guard lock(mutex_);
  return "sent " + std::to_string(counters_.sent) + ", answered " + std::to_string(counters_.answered) +
         ", tried again " + std::to_string(counters_.retried) + ", given up " + std::to_string(counters_.given_up);
}

template <class Step>
void OutboxDispatcher::attempt(Step step) noexcept {
  try {
    step();
  } catch (const std::exception& e) {
    ports_.log.write(ports::Message::escaped_exception, {"outbox", e.what()});
  }
}

void OutboxDispatcher::run() {
  while (const auto events = wait()) {
    for (const auto& event : *events) attempt([&] { take(event); });
    attempt([&] { take(event::TimePassed{}); });
  }
}

std::optional<std::vector<Event>> OutboxDispatcher::wait() {
  std::vector<Event> events;
  std::unique_lock lock(mutex_);
  counters_ = plan_.counters();
  wake_.wait_for(lock, plan_.patience(), [this] { return stopping_ || !events_.empty(); });
  if (stopping_) return std::nullopt;
  events.swap(events_);
  return events;
}

void OutboxDispatcher::take(const Event& event) {
  const auto actions = plan_.on(event, moment_of(ports_.clock));
  for (const auto& action : actions) attempt([&] { std::visit([this](const auto& one) { perform(one); }, action); });
}

void OutboxDispatcher::perform(const action::ReadHosts&) {
  if (auto hosts = ports_.outbox.hosts()) take(event::HostsRead{std::move(*hosts)});
}

void OutboxDispatcher::perform(const action::ReadEntries& read) {
  const std::chrono::milliseconds now = ports_.clock.now().time_since_epoch();
  const auto horizon = options_.longest_retry + std::chrono::minutes{1};
  if (auto due = ports_.outbox.due(read.host, now, horizon, read.limit))
    take(event::EntriesRead{read.host, std::move(*due)});
}

void OutboxDispatcher::perform(const action::ReadBoundaries& read) {
  if (auto due = ports_.outbox.to_review(ports_.clock.now(), read.limit)) take(event::BoundariesRead{std::move(*due)});
}

void OutboxDispatcher::perform(const action::ReadBatch& read) {
  const Debt& review = read.review;
  auto batch = review.kind == Debt::Kind::review_monitored
                   ? ports_.outbox.monitored(review.cursor, read.limit)
                   : ports_.outbox.concerned(review.authorizer, review.cursor, read.limit);
  if (batch) take(event::BatchRead{review, std::move(*batch)});
}

void OutboxDispatcher::perform(const action::AppendReview& append) {
  ports_.committer.submit(append_work(append.review, [this, review = append.review](Stored stored) {
    post(event::ReviewAppended{review, stored});
  }));
}

void OutboxDispatcher::perform(const action::Review& review) {
  ports_.committer.submit(review_work(review, ports_.policy, ports_.clock, [this, row = review.review](Stored stored) {
    post(event::Reviewed{row, stored});
  }));
}

void OutboxDispatcher::perform(const action::Send& send) {
  take(event::Sent{send.message.id, ports_.messenger.send(send.message, *this)});
}

void OutboxDispatcher::perform(const action::Settle& settle) {
  const std::int64_t entry = settle.message.id;
  ports_.committer.submit(
      settling_work(settle.message, settle.reply, options_, ports_.clock, [this, entry](Settlement settlement) {
        post(event::Settled{entry, settlement});
      }));
}

void OutboxDispatcher::perform(const Notice& notice) { write(ports_.log, notice); }

}  // namespace vouchsafe::delegation
