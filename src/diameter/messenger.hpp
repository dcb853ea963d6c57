#pragma once

#include "cx/push_profile.hpp"
#include "cx/registration_termination.hpp"
#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "ports/log.hpp"
#include "ports/messenger.hpp"
#include "sh/push_notification.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace vouchsafe::diameter {

/// Sends the HSS's own requests through freeDiameter, and turns answers, errors and time-outs into replies.
class Messenger : public ports::Messenger {
 public:
  /// \param timeout longest wait for an answer
  Messenger(const Dictionary& dictionary, const ports::SubscriberReader& reader, const cx::Context& cx,
            const sh::Context& sh, ports::Log& log, std::chrono::milliseconds timeout)
      : dictionary_(dictionary), reader_(reader), cx_(cx), sh_(sh), log_(log), timeout_(timeout) {}
  Result<Sent> send(const OutboxEntry& entry, ports::Replies& replies) override;

 private:
  /// A request on its way. freeDiameter holds a pointer to it until it answers or the time is over.
  struct Flight {
    Messenger* messenger;
    std::int64_t entry;
    ports::Replies* replies;
  };
  static void on_answer(void* flight, msg** answer) noexcept;
  static void on_timeout(void* flight, DiamId_t host, size_t length, msg** request) noexcept;
  void end(Flight* flight, const ports::Reply& reply) noexcept;

  Result<OwnedMessage> make(const OutboxEntry& entry, Sent& otherwise);
  [[nodiscard]] OwnedMessage request(Command command, Application application, const OutboxEntry& entry) const;
  [[nodiscard]] OwnedMessage encode(const cx::RegistrationTermination& rtr, const OutboxEntry& entry) const;
  [[nodiscard]] OwnedMessage encode(const cx::PushProfile& ppr, const OutboxEntry& entry) const;
  [[nodiscard]] OwnedMessage encode(const sh::PushNotification& pnr, const OutboxEntry& entry) const;
  [[nodiscard]] ports::Reply reply_of(msg* answer) const;

  const Dictionary& dictionary_;
  const ports::SubscriberReader& reader_;
  const cx::Context& cx_;
  const sh::Context& sh_;
  ports::Log& log_;
  std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::unordered_map<Flight*, std::unique_ptr<Flight>> flights_;
};

}  // namespace vouchsafe::diameter
