#include "delegation/delivery_plan.hpp"

namespace vouchsafe::delegation {

using ports::Messenger;
using ports::OutboxSettled;
using ports::Reply;

Destination& DeliveryPlan::destination(const std::string& host) {
  return destinations_.try_emplace(host, options_.window, options_.rate).first->second;
}

std::size_t DeliveryPlan::wanted(const std::string& host, Moment now) {
  Destination& to = destination(host);
  const std::size_t room = to.room(now.monotonic);
  // Those that are on their way stand at the front of the answer.
  return room == 0 ? 0 : room + to.on_their_way() + options_.window;
}

void DeliveryPlan::start(const event::EntriesRead& due, Moment now, Actions& out) {
  std::size_t room = destination(due.host).room(now.monotonic);
  for (const auto& entry : due.entries) {
    if (room == 0) return;
    if (!is_message(entry.body) || pending_.contains(entry.id) || subscriptions_.contains(entry.subscription)) continue;
    --room;
    start(entry, out);
  }
}

void DeliveryPlan::start(const OutboxEntry& message, Actions& out) {
  Pending& pending = pending_.emplace(message.id, Pending{message}).first->second;
  subscriptions_.insert(message.subscription);
  if (message.host.empty()) {  // a row of an earlier release
    settle(pending, {Reply::Kind::refused, "it names no host"}, out);
    return;
  }
  destination(message.host).sent();
  out.emplace_back(action::Send{message});
}

void DeliveryPlan::settle(Pending& pending, const Reply& reply, Actions& out) {
  pending.settling = true;
  out.emplace_back(action::Settle{pending.message, reply});
  pending.message.error = reply.text;
}

void DeliveryPlan::release(Found found) {
  subscriptions_.erase(found->second.message.subscription);
  pending_.erase(found);
}

void DeliveryPlan::handle(const event::Sent& sent, Actions& out) {
  const auto found = pending_.find(sent.entry);
  if (found == pending_.end()) return;
  if (sent.outcome && *sent.outcome == Messenger::Sent::on_its_way) {
    ++counters_.sent;
    return;
  }
  destination(found->second.message.host).ended();
  if (!sent.outcome) {  // what stands in its way may be its own: the host's other messages go on
    ++counters_.retried;
    settle(found->second, {Reply::Kind::refused, sent.outcome.error().detail}, out);
    return;
  }
  // Overtaken by a later event; or, as if the other side had said so, it did not subscribe.
  const bool permitted = *sent.outcome != Messenger::Sent::not_permitted;
  found->second.over_as = OutboxSettled::How::not_sent;
  settle(found->second, {permitted ? Reply::Kind::success : Reply::Kind::unknown, "void"}, out);
}

void DeliveryPlan::handle(const event::Answered& answered, Moment now, Actions& out) {
  const auto found = pending_.find(answered.entry);
  if (found == pending_.end() || found->second.settling) return;  // a late answer
  const Reply& reply = answered.reply;
  const OutboxEntry& message = found->second.message;
  Destination& from = destination(message.host);
  from.ended();
  const bool over = reply.kind == Reply::Kind::success || reply.kind == Reply::Kind::unknown;
  ++(over ? counters_.answered : counters_.retried);
  const bool away = reply.kind == Reply::Kind::unreachable;
  if (away && from.went_away(now.monotonic))
    out.emplace_back(action::Tell{ports::HostUnreachable{message.host, reply.text}});
  if (!away && from.is_there(now.monotonic)) out.emplace_back(action::Tell{ports::HostReachable{message.host}});
  const bool old = now.wall - message.created > options_.keep;
  if (away && !old) {  // it stays due as it is: there is nothing to write
    release(found);
  } else {
    settle(found->second, reply, out);
  }
}

void DeliveryPlan::handle(const event::Settled& settled, Moment now, Actions& out) {
  const auto found = pending_.find(settled.entry);
  if (found == pending_.end()) return;
  const Pending ended = found->second;
  const OutboxEntry& message = ended.message;
  release(found);
  switch (settled.settlement) {
    case Settlement::done:
      out.emplace_back(action::Tell{OutboxSettled{ended.over_as, message}});
      return;
    case Settlement::again:
      return;
    case Settlement::given_up:
      ++counters_.given_up;
      out.emplace_back(action::Tell{OutboxSettled{OutboxSettled::How::given_up, message}});
      return;
    case Settlement::not_stored:  // done again, but not at once: the store has trouble
      destination(message.host).pause_until(now.monotonic + options_.first_retry);
      return;
  }
}

}  // namespace vouchsafe::delegation
