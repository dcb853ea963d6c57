#include "delegation/settling_work.hpp"

#include "delegation/need.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>

namespace vouchsafe::delegation {
namespace {

using ports::Reply;

class SettlingWork : public ports::Work {
 public:
  SettlingWork(OutboxEntry message, Reply reply, const OutboxOptions& options, const ports::Clock& clock,
               std::function<void(Settlement)> when_settled)
      : sent_(std::move(message)),
        message_(sent_),
        reply_(std::move(reply)),
        options_(options),
        clock_(clock),
        when_settled_(std::move(when_settled)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    message_ = sent_;  // it may run again, when a transaction failed
    const bool over = is_over();
    ports::Writes out = over ? ports::Writes{ports::OutboxRemoval{message_.id}} : again(reader);
    const auto* rtr = std::get_if<Termination>(&message_.body);
    if (rtr != nullptr && (over || message_.given_up)) forget_registration(*rtr, reader, over, out);
    const auto* pnr = std::get_if<DataNotification>(&message_.body);
    if (pnr != nullptr && reply_.kind == Reply::Kind::unknown) {
      out.emplace_back(ports::NotificationUnsubscription{message_.subscription, message_.host, pnr->impu,
                                                         pnr->reference, pnr->service_indication});
    }
    return out;
  }

  void finish(const Result<void>& outcome) noexcept override {
    when_settled_(!outcome            ? Settlement::not_stored
                  : message_.given_up ? Settlement::given_up
                  : is_over()         ? Settlement::done
                                      : Settlement::again);
  }

 private:
  [[nodiscard]] bool is_over() const {
    return reply_.kind == Reply::Kind::success || reply_.kind == Reply::Kind::unknown;
  }

  /// The S-CSCF has let go of the user, or will not answer any more: what is registered there is over in the HSS too,
  /// and with it what is pending.
  void forget_registration(const Termination& rtr, const ports::SubscriberReader& reader, bool let_go,
                           ports::Writes& out) const {
    // By its number: the IMPI may not be the subscription's any more.
    const auto view = need(reader.by_number(message_.subscription));
    if (!view.subscription) return;
    State state = view.subscription->state;
    for (const auto irs : rtr.sets) {
      const auto* registration = state.find(rtr.impi, irs);
      if (registration == nullptr || registration->scscf.host != message_.host) continue;
      if (!let_go && !registration->leaving) continue;  // made anew, and the S-CSCF still has it
      state.end_challenges(rtr.impi, irs, &registration->scscf);
      state.deregister(rtr.impi, irs);
    }
    state.release_scscf_if_idle();
    if (state == view.subscription->state) return;
    auto writes = ports::state_writes(view, std::move(state), clock_.now());
    std::move(writes.begin(), writes.end(), std::back_inserter(out));
  }

  /// Some S-CSCFs stop at the first IMPU that they do not know, and say nothing: then each is named by itself.
  [[nodiscard]] ports::Writes split(const Termination& rtr, const ports::SubscriberReader& reader) const {
    const auto view = need(reader.by_number(message_.subscription));
    ports::Writes out{ports::OutboxRemoval{message_.id}};
    for (const auto& impu : rtr.impus) {
      OutboxEntry one = message_;
      one.body = Termination{rtr.impi, {impu}, sets_of(impu, rtr, view), rtr.reason};
      one.origin = origin_of(message_);
      out.emplace_back(ports::OutboxAddition{std::move(one)});
    }
    return out;
  }

  /// The set that an IMPU stands for; all of the message's where it is not there any more.
  static std::vector<std::uint32_t> sets_of(const Impu& impu, const Termination& rtr, const ports::View& view) {
    const auto* identity = view.subscription ? view.subscription->find(impu) : nullptr;
    if (identity == nullptr) return rtr.sets;
    return {identity->irs};
  }

  ports::Writes again(const ports::SubscriberReader& reader) {
    const auto now = std::chrono::milliseconds(clock_.now().time_since_epoch());
    message_.error = reply_.text;
    if (reply_.kind != Reply::Kind::unreachable) ++message_.tries;
    message_.given_up = message_.tries >= options_.tries || clock_.now() - message_.created > options_.keep;
    auto wait = options_.first_retry;
    for (int i = 1; i < message_.tries && wait < options_.longest_retry; ++i) wait *= 2;
    message_.due = now + std::min(wait, options_.longest_retry);
    const auto* rtr = std::get_if<Termination>(&message_.body);
    const bool split_helps = rtr != nullptr && rtr->impus.size() > 1 && reply_.kind == Reply::Kind::none;
    if (split_helps && !message_.given_up) return split(*rtr, reader);
    return {ports::OutboxChange{message_}};
  }

  const OutboxEntry sent_;
  OutboxEntry message_;  ///< as it is written
  Reply reply_;
  OutboxOptions options_;
  const ports::Clock& clock_;
  std::function<void(Settlement)> when_settled_;
};

}  // namespace

std::unique_ptr<ports::Work> settling_work(OutboxEntry message, ports::Reply reply, const OutboxOptions& options,
                                           const ports::Clock& clock, std::function<void(Settlement)> when_settled) {
  return std::make_unique<SettlingWork>(std::move(message), std::move(reply), options, clock, std::move(when_settled));
}

}  // namespace vouchsafe::delegation
