#include "domain/outbox_entry.hpp"

namespace vouchsafe {
namespace {

struct Name {
  std::string_view operator()(const SubscriptionReview&) const { return "review"; }
  std::string_view operator()(const AuthorizerReview&) const { return "review-authorizer"; }
  std::string_view operator()(const MonitoredReview&) const { return "review-monitored"; }
  std::string_view operator()(const Termination&) const { return "RTR"; }
  std::string_view operator()(const ProfilePush&) const { return "PPR"; }
  std::string_view operator()(const DataNotification&) const { return "PNR"; }
};

struct Subject {
  std::string operator()(const SubscriptionReview& review) const {
    return review.changes.credentials ? review.changes.credentials->text() : std::string{};
  }
  std::string operator()(const AuthorizerReview& review) const { return review.authorizer; }
  std::string operator()(const MonitoredReview&) const { return {}; }
  std::string operator()(const Termination& rtr) const { return rtr.impi.text(); }
  std::string operator()(const ProfilePush& ppr) const { return ppr.impi.text(); }
  std::string operator()(const DataNotification& pnr) const { return pnr.impu.text(); }
};

}  // namespace

std::string_view name_of(const OutboxBody& body) { return std::visit(Name{}, body); }

bool is_message(const OutboxBody& body) {
  return std::holds_alternative<Termination>(body) || std::holds_alternative<ProfilePush>(body) ||
         std::holds_alternative<DataNotification>(body);
}

std::string subject_of(const OutboxBody& body) { return std::visit(Subject{}, body); }

std::int64_t* cursor_of(OutboxBody& body) {
  if (auto* review = std::get_if<AuthorizerReview>(&body)) return &review->cursor;
  if (auto* review = std::get_if<MonitoredReview>(&body)) return &review->cursor;
  return nullptr;
}

}  // namespace vouchsafe
