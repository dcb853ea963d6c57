#include "delegation/outbox_dispatcher.hpp"

namespace vouchsafe::delegation {

OutboxDispatcher::OutboxDispatcher(const OutboxPorts& ports, const OutboxOptions& options)
    : clock_(ports.clock),
      log_(ports.log),
      executor_(ports, options, *this, [this](Event&& event) { post(std::move(event)); }),
      plan_(options, moment_of(clock_)),
      thread_([this] { run(); }) {}

OutboxDispatcher::~OutboxDispatcher() { stop(); }

void OutboxDispatcher::end() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
}

void OutboxDispatcher::stop() {
  end();
  if (thread_.joinable()) thread_.join();
}

void OutboxDispatcher::post(Event&& event) noexcept {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  wake_.notify_one();
}

void OutboxDispatcher::ask(OutboxEntry review) { post(event::ReviewAsked{std::move(review)}); }

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
    log_.write(ports::message::escaped_exception{.where = "outbox", .what = e.what()});
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
  const auto actions = plan_.on(event, moment_of(clock_));
  for (const auto& action : actions) {
    attempt([&] {
      if (const auto brought = executor_.perform(action)) take(*brought);
    });
  }
}

}  // namespace vouchsafe::delegation
