#include "delegation/outbox_plan.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

constexpr std::chrono::milliseconds paced_poll{5};  ///< while more is due than may go at once

}  // namespace

/// Gives each event to the part that it concerns.
struct OutboxPlan::Handling {
  OutboxPlan& plan;
  Moment now;
  Actions& out;

  void operator()(const event::TimePassed&) const { plan.time_passed(now, out); }
  void operator()(const event::HostsRead& e) const { plan.read_entries(e.hosts, now, out); }
  void operator()(const event::EntriesRead& e) const {
    if (e.host.empty()) plan.reviews_.start(e, now, out);
    plan.deliveries_.start(e, now, out);
  }
  void operator()(const event::BoundariesRead& e) const { plan.reviews_.handle(e, now, out); }
  void operator()(const event::BatchRead& e) const {
    plan.reviews_.handle(e, now, out);
    plan.soon_ = true;
  }
  void operator()(const event::ReviewAsked& e) const { plan.reviews_.handle(e); }
  void operator()(const event::ReviewAppended& e) const { plan.reviews_.handle(e, now); }
  void operator()(const event::Reviewed& e) const { plan.reviews_.handle(e, now); }
  void operator()(const event::Sent& e) const { plan.deliveries_.handle(e, out); }
  void operator()(const event::Answered& e) const { plan.deliveries_.handle(e, now, out); }
  void operator()(const event::Settled& e) const { plan.deliveries_.handle(e, now, out); }
};

Actions OutboxPlan::on(const Event& event, Moment now) {
  Actions out;
  std::visit(Handling{*this, now, out}, event);
  return out;
}

std::chrono::milliseconds OutboxPlan::patience() const {
  return soon_ ? std::min(paced_poll, options_.poll) : options_.poll;
}

void OutboxPlan::time_passed(Moment now, Actions& out) {
  soon_ = false;
  if (const auto step = clock_.step(now); step != std::chrono::seconds{0}) {
    // What was decided while it was wrong is looked at again: everything that is served.
    out.emplace_back(action::Tell{ports::ClockStepped{step}});
    OutboxEntry review = review_entry(0, "the clock was set", now.wall);
    review.body = AuthorizerReview{};
    reviews_.handle(event::ReviewAsked{std::move(review)});
  }
  reviews_.look_at_boundaries(now, out);
  out.emplace_back(action::ReadHosts{});
}

void OutboxPlan::read_entries(const std::vector<std::string>& hosts, Moment now, Actions& out) {
  reviews_.append_asked(now, out);
  for (const auto& host : hosts) {
    std::size_t limit = ReviewPlan::most_at_once + options_.window;
    if (!host.empty()) {
      limit = deliveries_.wanted(host, now);
      soon_ = soon_ || deliveries_.is_paced(host);
    }
    if (limit > 0) out.emplace_back(action::ReadEntries{host, limit});
  }
}

}  // namespace vouchsafe::delegation
