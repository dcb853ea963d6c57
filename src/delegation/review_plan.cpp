#include "delegation/review_plan.hpp"

namespace vouchsafe::delegation {
namespace {

constexpr std::chrono::milliseconds look_every{500};

}  // namespace

void ReviewPlan::look_at_boundaries(Moment now, Actions& out) {
  if (now.monotonic < next_look_) return;
  next_look_ = now.monotonic + look_every;
  out.emplace_back(action::ReadBoundaries{most_at_once});
}

void ReviewPlan::handle(const event::BoundariesRead& read, Moment now, Actions& out) {
  for (const auto subscription : read.subscriptions) {
    if (!at_boundary_.insert(subscription).second) continue;
    OutboxEntry review;
    review.subscription = subscription;
    review.cause = "a grant or a suspension begins or ends";
    out.emplace_back(action::Review{std::move(review), {subscription}, true});
  }
  if (read.subscriptions.size() == most_at_once) next_look_ = now.monotonic + options_.review_pause;
}

void ReviewPlan::handle(const event::ReviewAsked& asked) { asked_.push_back(asked.review); }

void ReviewPlan::append_asked(Moment now, Actions& out) {
  if (now.monotonic < append_from_) return;
  for (auto& review : asked_) out.emplace_back(action::AppendReview{std::move(review)});
  asked_.clear();
}

void ReviewPlan::handle(const event::ReviewAppended& appended, Moment now) {
  if (appended.stored == Stored::yes) return;
  asked_.push_back(appended.review);
  append_from_ = now.monotonic + options_.first_retry;
}

bool ReviewPlan::is_held(std::int64_t row, Moment now) {
  const auto found = held_until_.find(row);
  if (found == held_until_.end()) return false;
  if (now.monotonic < found->second) return true;
  held_until_.erase(found);
  return false;
}

void ReviewPlan::start(const event::EntriesRead& due, Moment now, Actions& out) {
  for (const auto& entry : due.entries) {
    if (out.size() >= most_at_once) return;
    if (is_message(entry.body) || rows_.contains(entry.id) || is_held(entry.id, now)) continue;
    if (std::holds_alternative<SubscriptionReview>(entry.body)) {
      rows_.insert(entry.id);
      out.emplace_back(action::Review{entry, {entry.subscription}, true});
    } else {
      out.emplace_back(action::ReadBatch{entry, options_.review_batch});
    }
  }
}

void ReviewPlan::handle(const event::BatchRead& read, Moment now, Actions& out) {
  OutboxEntry review = read.review;
  const bool last = read.subscriptions.size() < options_.review_batch;
  std::int64_t* const cursor = cursor_of(review.body);
  if (cursor != nullptr && !read.subscriptions.empty()) *cursor = read.subscriptions.back();
  rows_.insert(review.id);
  if (!last) held_until_[review.id] = now.monotonic + options_.review_pause;
  out.emplace_back(action::Review{std::move(review), read.subscriptions, last});
}

void ReviewPlan::handle(const event::Reviewed& reviewed, Moment now) {
  const OutboxEntry& review = reviewed.review;
  if (review.id == 0) {
    at_boundary_.erase(review.subscription);
    return;
  }
  rows_.erase(review.id);
  // Done again, but not at once: the store has trouble.
  if (reviewed.stored == Stored::no) held_until_[review.id] = now.monotonic + options_.first_retry;
}

}  // namespace vouchsafe::delegation
