#pragma once

#include "ports/committer.hpp"
#include "support/stores.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

// Changes of alice's state, and what is seen of them, by any store.
namespace vouchsafe::testing {

constexpr std::chrono::milliseconds horizon{1'000'000};  ///< how far ahead an entry of the outbox can be due

/// Work that changes alice's state by a function, and tells when it is finished.
class Change : public ports::Work {
 public:
  Change(std::function<void(State&)> change, std::promise<Result<void>>& done)
      : change_(std::move(change)), done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    const Impi who = impi("alice@ims.example");
    const auto view = reader.subject_of(&who, nullptr, nullptr);
    if (!view || !view->subscription) return {};
    State state = view->subscription->state;
    const bool vouched = state.anything_vouched();
    change_(state);
    return {ports::StateChange{view->subscription->id, std::move(state), vouched}};
  }
  void finish(const Result<void>& outcome) noexcept override { done_.set_value(outcome); }

 private:
  std::function<void(State&)> change_;
  std::promise<Result<void>>& done_;
};

template <class Store>
Result<void> commit(Store& store, std::function<void(State&)> change) {
  std::promise<Result<void>> done;
  store.committer().submit(std::make_unique<Change>(std::move(change), done));
  return done.get_future().get();
}

template <class Store>
ports::View look(Store& store, const char* i, const char* u, bool grants = false, const char* authorizer = nullptr) {
  std::optional<Impi> pi;
  std::optional<Impu> pu;
  std::optional<AuthorizerName> a;
  if (i != nullptr) pi = impi(i);
  if (u != nullptr) pu = impu(u);
  if (authorizer != nullptr) a = name(authorizer);
  const auto at = [](const auto& optional) { return optional ? &*optional : nullptr; };
  if (grants) return store.reader().to_serve(at(pi), at(pu), at(a)).value();
  return store.reader().subject_of(at(pi), at(pu), at(a)).value();
}

/// A state that has a value in each of its members.
inline State rich_state() {
  State s;
  s.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "dra.ims.example"};
  const Time since{std::chrono::seconds{1700000000}};
  Vouched by_waf = vouched_by("waf.example", "tel:+15550100");
  ReasonSet let_pass;
  let_pass.add(Reason::delegation_required);
  let_pass.add(Reason::not_granted);
  by_waf.wwsf = name("shop.example");
  by_waf.evidence = VerifiedToken{"k1", "token 7", since + std::chrono::hours{1}, since};
  s.registrations.push_back(registration("alice@ims.example", "sip:alice@ims.example", by_waf, *s.scscf, since));
  s.registrations[0].bases.push_back({Direct{}, since, {}});
  s.registrations[0].bases.push_back({TrustedNode{}, since, let_pass});
  Scscf before{"sip:old.ims.example", "old.ims.example", "ims.example", "old.ims.example"};
  s.registrations.push_back(registration("alice2@ims.example", "sip:alice@ims.example", Direct{}, before, since));
  s.registrations[1].leaving = true;
  s.unregistered = {2, 3};
  s.authentications.push_back(
      {impi("alice@ims.example"), 0xFFFFFFFFFFFFULL, {{impu("tel:+15550100"), 1, before, since, 4}}});
  return s;
}

/// What is owed to an S-CSCF.
inline OutboxEntry rtr(const std::string& host, std::chrono::milliseconds due) {
  OutboxEntry d;
  d.subscription = 1;
  d.host = host;
  d.realm = "ims.example";
  d.body = Termination{impi("alice@ims.example"), {impu("sip:alice@ims.example"), impu("tel:+15550100")}, {1, 7}};
  d.cause = "waf.example: NOT_GRANTED";
  d.created = now;
  d.due = due;
  d.origin = 5;
  return d;
}

}  // namespace vouchsafe::testing
