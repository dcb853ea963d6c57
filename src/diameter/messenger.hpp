#pragma once

#include "cx/push_profile.hpp"
#include "cx/registration_termination.hpp"
#include "diameter/dictionary.hpp"
#include "diameter/flights.hpp"
#include "diameter/handle.hpp"
#include "ports/log.hpp"
#include "ports/messenger.hpp"
#include "sh/push_notification.hpp"

#include <chrono>

namespace vouchsafe::diameter {

/// Sends the HSS's own requests through freeDiameter, and turns answers, errors and time-outs into replies.
class DiameterMessenger : public ports::Messenger {
 public:
  /// \param timeout longest wait for an answer; soon after it what freeDiameter has forgotten counts as unanswered
  DiameterMessenger(const Dictionary& dictionary, const ports::SubscriberReader& reader, const cx::CxContext& cx,
                    const sh::ShContext& sh, ports::Log& log, std::chrono::milliseconds timeout)
      : dictionary_(dictionary),
        reader_(reader),
        cx_(cx),
        sh_(sh),
        log_(log),
        timeout_(timeout),
        flights_(*this, timeout + grace, silent) {}
  Result<Sent> send(const OutboxEntry& entry, ports::Replies& replies) override;
  /// No reply comes from then on.
  void stop() { flights_.stop(); }

 private:
  static constexpr std::chrono::milliseconds grace{500};  ///< freeDiameter's own deadline is the first
  static void on_answer(void* flight, msg** answer) noexcept;
  static void on_timeout(void* flight, DiamId_t host, size_t length, msg** request) noexcept;
  static void silent(std::int64_t entry, ports::Replies& replies) noexcept;

  Result<OwnedMessage> make(const OutboxEntry& entry, Sent& otherwise);
  [[nodiscard]] OwnedMessage request(Command command, Application application, const OutboxEntry& entry) const;
  [[nodiscard]] OwnedMessage encode(const cx::RegistrationTermination& rtr, const OutboxEntry& entry) const;
  [[nodiscard]] OwnedMessage encode(const cx::PushProfile& ppr, const OutboxEntry& entry) const;
  [[nodiscard]] OwnedMessage encode(const sh::PushNotification& pnr, const OutboxEntry& entry) const;
  [[nodiscard]] ports::Reply reply_of(msg* answer) const;

  const Dictionary& dictionary_;
  const ports::SubscriberReader& reader_;
  const cx::CxContext& cx_;
  const sh::ShContext& sh_;
  ports::Log& log_;
  std::chrono::milliseconds timeout_;
  Flights flights_;
};

}  // namespace vouchsafe::diameter
