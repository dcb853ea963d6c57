#include "delegation/outbox_works.hpp"

#include "domain/review.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>
#include <stdexcept>

namespace vouchsafe::delegation {
namespace {

using ports::Reply;

std::int64_t origin_of(const Debt& debt) { return debt.origin != 0 ? debt.origin : debt.id; }

/// The store's "could not find out" fails the work, whose debt is then still there.
ports::View need(Result<ports::View> view) {
  if (!view) throw std::runtime_error(view.error().detail);
  return std::move(*view);
}

class ReviewWork : public ports::Work {
 public:
  ReviewWork(Debt debt, std::vector<std::int64_t> subscriptions, bool last, std::function<const Policy&()> policy,
             const ports::Clock& clock, Done done)
      : debt_(std::move(debt)),
        subscriptions_(std::move(subscriptions)),
        last_(last),
        policy_(std::move(policy)),
        clock_(clock),
        done_(std::move(done)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    ports::Writes out;
    for (const auto id : subscriptions_) {
      ports::Lookup lookup;
      lookup.subscription = id;
      lookup.grants = true;
      const auto view = need(reader.find(lookup));
      if (view.subscription) add(out, view);
    }
    if (debt_.id == 0) return out;
    if (debt_.kind == Debt::Kind::review || last_) {
      out.emplace_back(ports::DebtPaid{debt_.id});
    } else {
      out.emplace_back(ports::DebtChanged{debt_});
    }
    return out;
  }

  void finish(const Result<void>& outcome) noexcept override { done_(outcome); }

 private:
  void add(ports::Writes& out, const ports::View& view) {
    Review found = review(*view.subscription, {view.grants, view.vouchers}, debt_, policy_(), clock_.now());
    for (auto& debt : found.debts) {
      debt.origin = origin_of(debt_);
      out.emplace_back(ports::DebtOwed{std::move(debt)});
    }
    // What the clock or a policy asked for is written in any case: that takes it off the list of what is to be looked
    // at.
    if (!found.changed && debt_.id != 0) return;
    auto writes = ports::state_writes(view, std::move(found.state), clock_.now());
    std::move(writes.begin(), writes.end(), std::back_inserter(out));
  }

  Debt debt_;
  std::vector<std::int64_t> subscriptions_;
  bool last_;
  std::function<const Policy&()> policy_;
  const ports::Clock& clock_;
  Done done_;
};

class SettlingWork : public ports::Work {
 public:
  SettlingWork(Debt debt, Reply reply, const OutboxOptions& options, const ports::Clock& clock,
               std::shared_ptr<bool> given_up, Done done)
      : owed_(std::move(debt)),
        reply_(std::move(reply)),
        options_(options),
        clock_(clock),
        given_up_(std::move(given_up)),
        done_(std::move(done)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    debt_ = owed_;  // it may run again, when a transaction failed
    const bool over = reply_.kind == Reply::Kind::success || reply_.kind == Reply::Kind::unknown;
    ports::Writes out = over ? ports::Writes{ports::DebtPaid{debt_.id}} : again(reader);
    const bool given_up = !over && *given_up_;
    if (debt_.kind == Debt::Kind::registration_termination && (over || given_up))
      forget_registration(reader, over, out);
    if (debt_.kind == Debt::Kind::push_notification && reply_.kind == Reply::Kind::unknown) {
      out.emplace_back(ports::NotificationUnsubscription{debt_.subscription, debt_.host,
                                                         Impu::trusted(debt_.impus.front()), debt_.reference,
                                                         debt_.service_indication});
    }
    return out;
  }

  void finish(const Result<void>& outcome) noexcept override { done_(outcome); }

 private:
  /// The S-CSCF has let go of the user, or will not answer any more: what is registered there is over in the HSS too,
  /// and with it what is pending.
  void forget_registration(const ports::SubscriberReader& reader, bool told, ports::Writes& out) const {
    const Impi impi = Impi::trusted(debt_.impi);
    ports::Lookup lookup;  // by its number: the IMPI may not be the subscription's any more
    lookup.subscription = debt_.subscription;
    const auto view = need(reader.find(lookup));
    if (!view.subscription) return;
    State state = view.subscription->state;
    for (const auto irs : debt_.sets) {
      const auto* registration = state.find(impi, irs);
      if (registration == nullptr || registration->scscf.host != debt_.host) continue;
      if (!told && !registration->leaving) continue;  // made anew, and the S-CSCF still has it
      state.end_challenges(impi, irs, &registration->scscf);
      state.deregister(impi, irs);
    }
    state.release_scscf_if_idle();
    if (state == view.subscription->state) return;
    auto writes = ports::state_writes(view, std::move(state), clock_.now());
    std::move(writes.begin(), writes.end(), std::back_inserter(out));
  }

  /// Some S-CSCFs stop at the first IMPU that they do not know, and say nothing: then each is named by itself.
  [[nodiscard]] bool split_helps() const {
    return debt_.kind == Debt::Kind::registration_termination && reply_.kind == Reply::Kind::none &&
           debt_.impus.size() > 1;
  }

  /// The sets that an IMPU stands for; all of the debt's where it is not there any more.
  [[nodiscard]] std::vector<std::uint32_t> sets_of(const std::string& impu, const ports::View& view) const {
    const auto* identity = view.subscription ? view.subscription->find(Impu::trusted(impu)) : nullptr;
    if (identity == nullptr) return debt_.sets;
    return {identity->irs};
  }

  ports::Writes again(const ports::SubscriberReader& reader) {
    *given_up_ = false;
    const auto now = std::chrono::milliseconds(clock_.now().time_since_epoch());
    debt_.error = reply_.text;
    if (reply_.kind != Reply::Kind::unreachable) ++debt_.tries;
    *given_up_ = debt_.tries >= options_.tries || clock_.now() - debt_.created > options_.keep;
    debt_.given_up = *given_up_;
    auto wait = options_.first_retry;
    for (int i = 1; i < debt_.tries && wait < options_.longest_retry; ++i) wait *= 2;
    debt_.due = now + std::min(wait, options_.longest_retry);
    if (*given_up_ || !split_helps()) return {ports::DebtChanged{debt_}};
    ports::Lookup lookup;
    lookup.subscription = debt_.subscription;
    const auto view = need(reader.find(lookup));
    ports::Writes out{ports::DebtPaid{debt_.id}};
    for (const auto& impu : debt_.impus) {
      Debt one = debt_;
      one.impus = {impu};
      one.sets = sets_of(impu, view);
      one.origin = origin_of(debt_);
      out.emplace_back(ports::DebtOwed{std::move(one)});
    }
    return out;
  }

  const Debt owed_;
  Debt debt_;
  Reply reply_;
  OutboxOptions options_;
  const ports::Clock& clock_;
  std::shared_ptr<bool> given_up_;
  Done done_;
};

class OwingWork : public ports::Work {
 public:
  OwingWork(Debt debt, Done done) : debt_(std::move(debt)), done_(std::move(done)) {}
  ports::Writes prepare(const ports::SubscriberReader&) override { return {ports::DebtOwed{debt_}}; }
  void finish(const Result<void>& outcome) noexcept override { done_(outcome); }

 private:
  Debt debt_;
  Done done_;
};

}  // namespace

std::unique_ptr<ports::Work> owing_work(Debt debt, Done done) {
  return std::make_unique<OwingWork>(std::move(debt), std::move(done));
}

std::unique_ptr<ports::Work> review_work(Debt debt, std::vector<std::int64_t> subscriptions, bool last,
                                         std::function<const Policy&()> policy, const ports::Clock& clock, Done done) {
  return std::make_unique<ReviewWork>(std::move(debt), std::move(subscriptions), last, std::move(policy), clock,
                                      std::move(done));
}

std::unique_ptr<ports::Work> settling_work(Debt debt, ports::Reply reply, const OutboxOptions& options,
                                           const ports::Clock& clock, std::shared_ptr<bool> given_up, Done done) {
  return std::make_unique<SettlingWork>(std::move(debt), std::move(reply), options, clock, std::move(given_up),
                                        std::move(done));
}

}  // namespace vouchsafe::delegation
