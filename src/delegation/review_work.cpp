#include "delegation/review_work.hpp"

#include "delegation/need.hpp"
#include "domain/review.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

Stored stored(const Result<void>& outcome) { return outcome ? Stored::yes : Stored::no; }

ProfileChanges changes_in(const OutboxBody& body) {
  if (const auto* one = std::get_if<SubscriptionReview>(&body)) return one->changes;
  const auto* many = std::get_if<AuthorizerReview>(&body);
  return {many != nullptr && many->user_data, false, {}};
}

class ReviewWork : public ports::Work {
 public:
  ReviewWork(action::Review review, PolicyInForce policy, const ports::Clock& clock, WhenStored when_stored)
      : asked_(std::move(review.review)),
        request_{asked_.cause, changes_in(asked_.body)},
        subscriptions_(std::move(review.subscriptions)),
        last_(review.last),
        policy_(std::move(policy)),
        clock_(clock),
        when_stored_(std::move(when_stored)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    ports::Writes out;
    for (const auto id : subscriptions_) {
      auto view = reader.by_number(id);
      if (!view && is_of_many()) {
        look_alone(out, id);
        continue;
      }
      const auto there = need(std::move(view));
      if (there.subscription) add(out, there);
    }
    if (!has_row()) return out;
    if (last_) {
      out.emplace_back(ports::OutboxRemoval{asked_.id});
    } else {
      out.emplace_back(ports::OutboxChange{asked_});
    }
    return out;
  }

  void finish(const Result<void>& outcome) noexcept override { when_stored_(stored(outcome)); }

 private:
  [[nodiscard]] bool has_row() const { return asked_.id != 0; }
  [[nodiscard]] bool is_of_many() const { return !std::holds_alternative<SubscriptionReview>(asked_.body); }

  /// One that cannot be read holds up none of the others: it gets a review of its own, which stays in the outbox.
  void look_alone(ports::Writes& out, std::int64_t subscription) {
    OutboxEntry alone = review_entry(subscription, asked_.cause, clock_.now());
    alone.body = SubscriptionReview{request_.changes};
    alone.origin = origin_of(asked_);
    out.emplace_back(ports::OutboxAddition{std::move(alone)});
  }

  void add(ports::Writes& out, const ports::View& view) {
    Review found = review(*view.subscription, {view.grants, *view.authorizers}, request_, *policy_(), clock_.now());
    for (auto& message : found.messages) {
      message.origin = origin_of(asked_);
      out.emplace_back(ports::OutboxAddition{std::move(message)});
    }
    // What the clock or a policy asked for is written in any case: that takes it off the list of what is to be looked
    // at.
    if (!found.changed && has_row()) return;
    auto writes = ports::state_writes(view, std::move(found.state), clock_.now());
    std::move(writes.begin(), writes.end(), std::back_inserter(out));
  }

  OutboxEntry asked_;
  ReviewRequest request_;
  std::vector<std::int64_t> subscriptions_;
  bool last_;
  PolicyInForce policy_;
  const ports::Clock& clock_;
  WhenStored when_stored_;
};

class AppendWork : public ports::Work {
 public:
  AppendWork(OutboxEntry review, WhenStored when_stored)
      : review_(std::move(review)), when_stored_(std::move(when_stored)) {}
  ports::Writes prepare(const ports::SubscriberReader&) override { return {ports::OutboxAddition{review_}}; }
  void finish(const Result<void>& outcome) noexcept override { when_stored_(stored(outcome)); }

 private:
  OutboxEntry review_;
  WhenStored when_stored_;
};

}  // namespace

std::unique_ptr<ports::Work> review_work(action::Review review, PolicyInForce policy, const ports::Clock& clock,
                                         WhenStored when_stored) {
  return std::make_unique<ReviewWork>(std::move(review), std::move(policy), clock, std::move(when_stored));
}

std::unique_ptr<ports::Work> append_work(OutboxEntry review, WhenStored when_stored) {
  return std::make_unique<AppendWork>(std::move(review), std::move(when_stored));
}

}  // namespace vouchsafe::delegation
