#include "hardening/routing_turns.hpp"

#include "core/cancellation_off.hpp"
#include "core/handle.hpp"
#include "hardening/judge.hpp"
#include "hardening/octets.hpp"

#include <limits>
#include <thread>

namespace vouchsafe::hardening {
namespace {

using core::check;
using core::OwnedMessage;

constexpr int first = std::numeric_limits<int>::max();

OwnedMessage turn() {
  msg* made = nullptr;
  check("fd_msg_new", fd_msg_new(nullptr, 0, &made));
  OwnedMessage out(made);
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(made, &header));
  header->msg_flags = request_bit;  // callbacks see requests alone
  header->msg_code = own_command;
  return out;
}

}  // namespace

RoutingTurns::~RoutingTurns() {
  stop();
  if (handle_ != nullptr) (void)fd_rt_out_unregister(handle_, nullptr);
}

void RoutingTurns::start() { check("fd_rt_out_register", fd_rt_out_register(on_routing, this, first, &handle_)); }

void RoutingTurns::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  come_.notify_all();
}

bool RoutingTurns::ours(const msg* message) {
  const std::lock_guard lock(mutex_);
  return under_way_.contains(message);
}

int RoutingTurns::on_routing(void* self, msg** message, fd_list*) noexcept {
  const core::CancellationOff off;
  auto& turns = *static_cast<RoutingTurns*>(self);
  const msg* const which = *message;
  if (!turns.ours(which)) return 0;
  (void)fd_msg_free(*message);
  *message = nullptr;
  {
    const std::lock_guard lock(turns.mutex_);
    turns.under_way_.erase(which);
  }
  turns.come_.notify_all();
  return 0;
}

/// A post into a full queue waits without an end.
bool RoutingTurns::has_room(Clock::time_point end) const {
  int now = 0;
  int most = 0;
  while (!stopped_ &&
         fd_stat_getstats(STAT_G_OUTGOING, nullptr, &now, &most, nullptr, nullptr, nullptr, nullptr, nullptr) == 0) {
    if (most == 0 || now < most) return true;
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return false;
}

bool RoutingTurns::await(std::chrono::milliseconds longest) {
  const auto end = Clock::now() + longest;
  if (!has_room(end)) return stopped_;
  OwnedMessage made = turn();
  const msg* const which = made.get();
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return true;
    under_way_.insert(which);
  }
  msg* sent = made.release();
  const int rc = fd_msg_send(&sent, nullptr, nullptr);
  made.reset(sent);
  std::unique_lock lock(mutex_);
  if (rc != 0) under_way_.erase(which);
  return come_.wait_until(lock, end, [&] { return stopped_ || !under_way_.contains(which); }) && rc == 0;
}

}  // namespace vouchsafe::hardening
