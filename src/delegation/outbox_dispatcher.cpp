#include "delegation/outbox_dispatcher.hpp"

#include <algorithm>
#include <cstdlib>

namespace vouchsafe::delegation {
namespace {

using ports::Reply;
constexpr std::chrono::milliseconds paced_poll{5};  ///< while more is due than the rate lets go
constexpr std::chrono::milliseconds sweep_every{500};
constexpr std::chrono::milliseconds longest_hold{10'000};  ///< a host without a way to it is looked at again
constexpr std::size_t sweep_batch = 256;

}  // namespace

OutboxDispatcher::OutboxDispatcher(OutboxPorts ports, const OutboxOptions& options)
    : ports_(std::move(ports)), options_(options), clock_watch_(ports_.clock), thread_([this] { run(); }) {}

OutboxDispatcher::~OutboxDispatcher() { stop(); }

void OutboxDispatcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void OutboxDispatcher::owe(Debt review) {
  const std::lock_guard lock(mutex_);
  to_owe_.push_back(std::move(review));
}

void OutboxDispatcher::owe_reviews() {
  std::vector<Debt> reviews;
  {
    const std::lock_guard lock(mutex_);
    reviews.swap(to_owe_);
  }
  for (auto& review : reviews) {
    ports_.committer.submit(owing_work(review, [this, review](const Result<void>& outcome) {
      if (!outcome) owe(review);
    }));
  }
}

void OutboxDispatcher::post(Event event) noexcept {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  wake_.notify_one();
}

void OutboxDispatcher::replied(std::int64_t debt, const Reply& reply) noexcept { post({debt, true, reply}); }

Done OutboxDispatcher::ended(std::int64_t debt, std::shared_ptr<bool> given_up) {
  return [this, debt, given_up = std::move(given_up)](const Result<void>& outcome) {
    post({debt, false, {}, outcome.has_value(), given_up && *given_up});
  };
}

void OutboxDispatcher::count(std::uint64_t Counters::*what) {
  const std::lock_guard lock(mutex_);
  ++(counters_.*what);
}

std::string OutboxDispatcher::summary() const {
  const std::lock_guard lock(mutex_);
  return "sent " + std::to_string(counters_.sent) + ", answered " + std::to_string(counters_.answered) +
         ", tried again " + std::to_string(counters_.retried) + ", given up " + std::to_string(counters_.given_up);
}

void OutboxDispatcher::run() {
  while (true) {
    std::vector<Event> events;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, paced_ ? paced_poll : options_.poll, [this] { return stopping_ || !events_.empty(); });
      if (stopping_) return;
      events.swap(events_);
    }
    try {
      for (const auto& event : events) handle(event);
      collect();
    } catch (const std::exception& e) {
      ports_.log.write(ports::Message::escaped_exception, {"outbox", e.what()});
    }
  }
}

void OutboxDispatcher::handle(const Event& event) {
  const auto found = busy_.find(event.debt);
  if (found == busy_.end()) return;  // a late answer
  if (event.is_reply) {
    handle_reply(found->second, event.reply);
    return;
  }
  const Debt debt = found->second;
  busy_.erase(found);
  if (is_message(debt.kind)) {
    subscriptions_busy_.erase(debt.subscription);
    if (event.stored && event.given_up) {
      count(&Counters::given_up);
      ports_.log.write(ports::Message::debt_given_up,
                       {name_of(debt.kind), debt.impi.empty() ? debt.impus.front() : debt.impi, debt.host, debt.cause,
                        debt.error, std::to_string(debt.id)});
    }
  }
  if (event.stored) return;
  // What is not written down is done again, but not at once: the store has trouble.
  const auto until = ports_.clock.monotonic() + options_.first_retry;
  if (is_message(debt.kind)) {
    lanes_[debt.host].paused_until = until;
  } else {
    next_batch_[debt.id] = until;
  }
}

void OutboxDispatcher::handle_reply(Debt& debt, const Reply& reply) {
  Lane& lane = lanes_[debt.host];
  --lane.in_flight;
  const bool paid = reply.kind == Reply::Kind::success || reply.kind == Reply::Kind::unknown;
  count(paid ? &Counters::answered : &Counters::retried);
  if (reply.kind == Reply::Kind::unreachable) {
    hold(lane, debt, reply.text);
  } else if (lane.unreachable) {
    lane = Lane{lane.in_flight, 1, ports_.clock.monotonic()};
    ports_.log.write(ports::Message::host_reachable, {debt.host});
  }
  const bool old = ports_.clock.now() - debt.created > options_.keep;
  if (reply.kind == Reply::Kind::unreachable && !old) {  // held as it is: nothing to write
    subscriptions_busy_.erase(debt.subscription);
    busy_.erase(debt.id);
    return;
  }
  settle(debt, reply);
}

void OutboxDispatcher::hold(Lane& lane, const Debt& debt, const std::string& why) {
  if (!lane.unreachable) ports_.log.write(ports::Message::host_unreachable, {debt.host, why});
  // Several may have been on their way: they are one time that it was not there.
  if (lane.unreachable && ports_.clock.monotonic() < lane.paused_until) return;
  lane.unreachable = true;
  lane.pause = std::min(std::max(lane.pause * 2, std::chrono::milliseconds{250}), longest_hold);
  lane.paused_until = ports_.clock.monotonic() + lane.pause;
}

void OutboxDispatcher::settle(Debt& debt, const Reply& reply) {
  auto given_up = std::make_shared<bool>(false);
  ports_.committer.submit(settling_work(debt, reply, options_, ports_.clock, given_up, ended(debt.id, given_up)));
  debt.error = reply.text;
}

void OutboxDispatcher::watch_clock() {
  const auto step = clock_watch_.step();
  if (step == std::chrono::seconds{0}) return;
  ports_.log.write(ports::Message::clock_stepped,
                   {step.count() > 0 ? "forward" : "back", std::to_string(std::abs(step.count()))});
  Debt debt;
  debt.kind = Debt::Kind::review_authorizer;
  debt.cause = "the clock was set";
  debt.created = ports_.clock.now();
  owe(std::move(debt));
}

void OutboxDispatcher::collect() {
  paced_ = false;
  watch_clock();
  collect_reviews();
  const auto hosts = ports_.outbox.hosts();
  if (!hosts) return;  // the store says so itself, once
  owe_reviews();
  for (const auto& host : *hosts) collect_from(host);
}

/// Subscriptions whose grants begin or end by the clock.
void OutboxDispatcher::collect_reviews() {
  const auto now = ports_.clock.monotonic();
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_every;
  const auto due = ports_.outbox.to_review(ports_.clock.now(), sweep_batch);
  if (!due) return;
  for (const auto subscription : *due) {
    if (busy_.contains(-subscription)) continue;
    Debt debt;
    debt.subscription = subscription;
    debt.cause = "a grant's window";
    busy_.emplace(-subscription, debt);
    ports_.committer.submit(review_work(debt, {subscription}, true, ports_.policy, ports_.clock, ended(-subscription)));
  }
  if (due->size() == sweep_batch) next_sweep_ = now + options_.review_pause;
}

std::size_t OutboxDispatcher::room_in(Lane& lane) {
  const auto now = ports_.clock.monotonic();
  const double passed = static_cast<double>((now - lane.allowed_at).count()) / 1000;
  // A few at once and not a window: a burst of messages and their answers would hold ordinary requests up.
  const auto most = std::clamp(static_cast<double>(options_.rate) * 0.005, 1.0, static_cast<double>(options_.window));
  lane.allowance = std::min(most, lane.allowance + passed * static_cast<double>(options_.rate));
  lane.allowed_at = now;
  if (now < lane.paused_until || lane.in_flight >= options_.window) return 0;
  if (lane.unreachable) return lane.in_flight == 0 ? 1 : 0;  // one asks whether it is back
  paced_ = paced_ || lane.allowance < most;
  return std::min(options_.window - lane.in_flight, static_cast<std::size_t>(lane.allowance));
}

void OutboxDispatcher::collect_from(const std::string& host) {
  const bool own_work = host.empty();
  Lane& lane = lanes_[host];
  const std::size_t room = own_work ? sweep_batch : room_in(lane);
  if (room == 0) return;
  const auto now = std::chrono::milliseconds(ports_.clock.now().time_since_epoch());
  // Those that are on their way stand at the front of the answer.
  const auto due = ports_.outbox.due(host, now, options_.longest_retry + std::chrono::minutes{1},
                                     room + lane.in_flight + options_.window);
  if (!due) return;
  std::size_t started = 0;
  for (const auto& debt : *due) {
    if (started >= room || busy_.contains(debt.id)) continue;
    if (!is_message(debt.kind)) {
      start_review(debt);
      ++started;
    } else if (own_work) {  // a message to nobody: a row of an earlier release
      busy_.emplace(debt.id, debt);
      settle(busy_.at(debt.id), {Reply::Kind::refused, "it names no host"});
      ++started;
    } else if (!subscriptions_busy_.contains(debt.subscription)) {
      send(debt);
      ++started;
    }
  }
}

void OutboxDispatcher::start_review(const Debt& debt) {
  const auto waiting = next_batch_.find(debt.id);
  if (waiting != next_batch_.end()) {
    if (ports_.clock.monotonic() < waiting->second) return;
    next_batch_.erase(waiting);
  }
  if (debt.kind != Debt::Kind::review) return start_batch(debt);
  busy_.emplace(debt.id, debt);
  ports_.committer.submit(review_work(debt, {debt.subscription}, true, ports_.policy, ports_.clock, ended(debt.id)));
}

void OutboxDispatcher::start_batch(Debt debt) {
  auto subscriptions = debt.kind == Debt::Kind::review_monitored
                           ? ports_.outbox.monitored(debt.cursor, options_.review_batch)
                           : ports_.outbox.concerned(debt.authorizer, debt.cursor, options_.review_batch);
  if (!subscriptions) return;
  const bool last = subscriptions->size() < options_.review_batch;
  if (!subscriptions->empty()) debt.cursor = subscriptions->back();
  busy_.emplace(debt.id, debt);
  next_batch_[debt.id] = ports_.clock.monotonic() + options_.review_pause;
  if (last) next_batch_.erase(debt.id);
  paced_ = true;
  ports_.committer.submit(
      review_work(debt, std::move(*subscriptions), last, ports_.policy, ports_.clock, ended(debt.id)));
}

void OutboxDispatcher::send(const Debt& debt) {
  Debt& held = busy_.emplace(debt.id, debt).first->second;
  subscriptions_busy_.insert(debt.subscription);
  Lane& lane = lanes_[debt.host];
  ++lane.in_flight;
  lane.allowance -= 1;
  const auto sent = ports_.messenger.send(debt, *this);
  if (sent && *sent == ports::Messenger::Sent::on_its_way) {
    count(&Counters::sent);
    return;
  }
  --lane.in_flight;
  if (sent) {  // overtaken by a later event; or, as if the other side had said so, it did not subscribe
    const bool permitted = *sent != ports::Messenger::Sent::not_permitted;
    settle(held, {permitted ? Reply::Kind::success : Reply::Kind::unknown, "void"});
    return;
  }
  // What stands in its way may be its own: the host's other messages go on.
  count(&Counters::retried);
  settle(held, {Reply::Kind::refused, sent.error().detail});
}

}  // namespace vouchsafe::delegation
