#include "diameter/flights.hpp"

#include <utility>

namespace vouchsafe::diameter {
namespace {

constexpr std::chrono::hours long_wait{1};

std::uintptr_t number(Flights::Handle handle) { return reinterpret_cast<std::uintptr_t>(handle); }

}  // namespace

Flights::All& Flights::all() {
  static All instance;
  return instance;
}

Flights::Flights(DiameterMessenger& owner, std::chrono::milliseconds wait, Ended silent)
    : owner_(owner), wait_(wait), silent_(std::move(silent)), thread_([this] { run(); }) {}

void Flights::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(all().mutex);
    stopping_ = true;
    std::erase_if(all().flights, [this](const auto& flight) { return flight.second.home == this; });
  }
  wake_.notify_one();
  thread_.join();
}

Flights::Handle Flights::add(std::int64_t entry, ports::Replies& replies) {
  const std::lock_guard lock(all().mutex);
  const std::uintptr_t added = ++all().last;
  all().flights.emplace(added, Flight{this, entry, &replies, std::chrono::steady_clock::now() + wait_});
  if (idle_) wake_.notify_one();           // else an earlier one is due before
  return reinterpret_cast<Handle>(added);  // NOLINT(performance-no-int-to-ptr): a number, and never followed
}

void Flights::end(Handle handle,
                  const std::function<void(DiameterMessenger& owner, std::int64_t entry, ports::Replies&)>& ended) {
  const std::lock_guard lock(all().mutex);
  const auto node = all().flights.extract(number(handle));
  if (!node.empty()) ended(node.mapped().home->owner_, node.mapped().entry, *node.mapped().replies);
}

void Flights::forget(Handle handle) {
  const std::lock_guard lock(all().mutex);
  all().flights.erase(number(handle));
}

std::chrono::steady_clock::time_point Flights::end_overdue() {
  const auto now = std::chrono::steady_clock::now();
  idle_ = false;
  auto& flights = all().flights;
  for (auto at = flights.begin(); at != flights.end();) {
    const auto flight = at++;
    if (flight->second.home != this) continue;
    // They all wait as long, so that the first is due first.
    if (flight->second.deadline > now) return flight->second.deadline;
    silent_(flight->second.entry, *flight->second.replies);
    flights.erase(flight);
  }
  idle_ = true;
  return now + long_wait;
}

void Flights::run() {
  std::unique_lock lock(all().mutex);
  while (!stopping_) wake_.wait_until(lock, end_overdue());
}

}  // namespace vouchsafe::diameter
