#pragma once

#include "cx/context.hpp"
#include "memory_store.hpp"
#include "ports/committer.hpp"
#include "ports/events.hpp"
#include "ports/log.hpp"
#include "ports/throttles.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vouchsafe::testing {

/// A clock that moves when it is told to.
class FakeClock : public ports::Clock {
 public:
  [[nodiscard]] Time now() const override { return now_; }
  [[nodiscard]] std::chrono::milliseconds monotonic() const override { return monotonic_; }
  void pass(std::chrono::seconds time) {
    now_ += time;
    monotonic_ += time;
  }
  /// Sets the time of day, and lets no time pass.
  void set(std::chrono::seconds by) { now_ += by; }

 private:
  Time now_ = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  std::chrono::milliseconds monotonic_{1000};
};

/// A store that fails from the n-th read on, and knows whether it did.
class FailingReader : public ports::SubscriberReader {
 public:
  FailingReader(const ports::SubscriberReader& real, int after) : real_(real), left_(after) {}
  [[nodiscard]] Result<ports::View> subject_of(const Impi* impi, const Impu* impu,
                                               const AuthorizerName* voucher) const override {
    return read([&] { return real_.subject_of(impi, impu, voucher); });
  }
  [[nodiscard]] Result<ports::ServedView> to_serve(const Impi* impi, const Impu* impu,
                                                   const AuthorizerName* voucher) const override {
    return read([&] { return real_.to_serve(impi, impu, voucher); });
  }
  [[nodiscard]] Result<ports::ServedView> to_deregister(const Impi* impi, const Impu* impu) const override {
    return read([&] { return real_.to_deregister(impi, impu); });
  }
  [[nodiscard]] Result<ports::ServedView> to_locate(const Impu& impu) const override {
    return read([&] { return real_.to_locate(impu); });
  }
  [[nodiscard]] Result<ports::View> by_number(std::int64_t subscription) const override {
    return read([&] { return real_.by_number(subscription); });
  }
  [[nodiscard]] Result<ports::ServedView> to_push(std::int64_t subscription) const override {
    return read([&] { return real_.to_push(subscription); });
  }
  [[nodiscard]] Result<ports::View> by_identity(const Impi* impi, const Impu* impu) const override {
    return read([&] { return real_.by_identity(impi, impu); });
  }
  [[nodiscard]] Result<ports::DataView> data_of(const Impu& impu, const std::vector<std::string>& services,
                                                const std::string& application_server) const override {
    return read([&] { return real_.data_of(impu, services, application_server); });
  }
  [[nodiscard]] Result<std::vector<RepositoryData>> repository_of(
      const Impu& impu, const std::vector<std::string>& services) const override {
    return read([&] { return real_.repository_of(impu, services); });
  }
  [[nodiscard]] Result<std::shared_ptr<const Authorizers>> authorizers() const override {
    return read([&] { return real_.authorizers(); });
  }
  [[nodiscard]] bool fired() const { return fired_; }

 private:
  template <class Read>
  auto read(Read read) const -> decltype(read()) {
    if (left_-- > 0) return read();
    fired_ = true;
    return unavailable("the test's store fails");
  }
  const ports::SubscriberReader& real_;
  mutable int left_;
  mutable bool fired_ = false;
};

/// Says of every token what it is told to, and counts how often it is asked.
class FakeTokens : public ports::TokenChecker {
 public:
  TokenVerdict verdict{};
  int asked = 0;
  [[nodiscard]] TokenVerdict check(const ports::ShownToken&, const TokenPolicy&, Time) override {
    ++asked;
    return verdict;
  }
};

/// Vectors that show the SQN they were made for.
/// Admits as many as it is told to.
class FakeThrottles : public ports::Throttles {
 public:
  bool admits(std::string_view, std::string_view, const Evidence&) noexcept override {
    ++asked;
    if (left == 0) return false;
    --left;
    return true;
  }
  std::size_t left = 1'000'000;
  std::size_t asked = 0;
};

class FakeAuthentication : public ports::AuthenticationCentre {
 public:
  [[nodiscard]] Result<ports::AkaVector> aka_vector(const PrivateIdentity& impi, std::uint64_t sqn) const override;
  [[nodiscard]] Result<std::uint64_t> resynchronized_sqn(const PrivateIdentity& impi,
                                                         std::string_view rand_auts) const override;
  [[nodiscard]] Result<std::string> digest_ha1(const PrivateIdentity& impi) const override;
  bool broken = false;
};

class FakeProfiles : public ports::ProfileWriter {
 public:
  [[nodiscard]] Result<std::string> user_data(const ports::ServedView& view, const Impi& impi, std::uint32_t irs,
                                              bool shared) const override;
  [[nodiscard]] Result<bool> has_unregistered_services(const ports::ServedView& view,
                                                       const PublicIdentity& impu) const override;
};

class RecordingDecisions : public ports::Publisher {
 public:
  Decision last;
  std::vector<Reason> refused;
  int count = 0;

 private:
  void tell(const ports::Event& event, const ports::Exchange*) noexcept override {
    last = std::get<ports::Decided>(event).decision;
    if (!last.allowed()) refused.push_back(last.reason);
    ++count;
  }
};

/// Keeps every event, and what each was of.
class RecordingEvents : public ports::Publisher {
 public:
  /// An exchange that outlives its request.
  struct Told {
    ports::Event event;
    std::string session{};
    std::string peer{};
    ResultCode result{};
  };
  std::vector<Told> told;  ///< for when nobody tells any more

 private:
  void tell(const ports::Event& event, const ports::Exchange* exchange) noexcept override {
    const std::lock_guard lock(mutex_);
    told.push_back({event});
    if (exchange == nullptr) return;
    told.back().session = exchange->session;
    told.back().peer = exchange->peer;
    told.back().result = exchange->result;
  }
  std::mutex mutex_;
};

class NoLog : public ports::Log {
 public:
  void put(ports::Message message, std::initializer_list<std::string_view> arguments) noexcept override {
    const std::lock_guard lock(mutex_);
    lines.emplace_back(message, std::vector<std::string>(arguments.begin(), arguments.end()));
  }
  std::vector<std::pair<ports::Message, std::vector<std::string>>> lines;  ///< for when nobody writes any more

 private:
  std::mutex mutex_;
};

/// Writes to the memory of vouchings.
Result<void> remember(ports::Vouchings& vouchings, const Impi& impi, const Impu& impu,
                      ports::RememberedVouching vouching);
void forget(ports::Vouchings& vouchings, const Impi& impi);

/// An RTR, a PPR or a PNR of the outbox.
template <class Body>
const Body& body_of(const OutboxEntry& entry) {
  return std::get<Body>(entry.body);
}

/// The entries of one kind.
template <class Body>
std::vector<OutboxEntry> of_kind(const std::vector<OutboxEntry>& entries) {
  std::vector<OutboxEntry> out;
  for (const auto& entry : entries) {
    if (std::holds_alternative<Body>(entry.body)) out.push_back(entry);
  }
  return out;
}

Impi impi(const std::string& text);
Impu impu(const std::string& text);
AuthorizerName name(const std::string& text);
/// Of everything that an authorizer vouches for: what rests on it is deregistered, or held.
Suspension suspension();
Suspension held();

/// alice: one IMPI that registers either way, a SIP and a tel IMPU in one set, roaming to ims.example.
Profile alice();
/// The same by another name, with one SIP IMPU.
Profile subscriber(const std::string& user);
Grant grant_to(const std::string& authorizer, const std::string& impu = "sip:alice@ims.example");
/// A grant for every IMPU with that IMPI, so for its whole set.
Grant grant_of_impi(const std::string& authorizer, const std::string& impi = "alice@ims.example");

/// A registration that rests on one thing.
Registration registration(const std::string& impi, const std::string& impu, const Ground& ground, const Scscf& scscf,
                          Time since);
/// What an eP-CSCF's vouching for an IMPU is as a basis.
Vouched vouched_by(const std::string& authorizer, const std::string& impu = "sip:alice@ims.example");

}  // namespace vouchsafe::testing
