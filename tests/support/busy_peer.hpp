#pragma once

#include "client/peer.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace vouchsafe::testing {

/// A peer with many requests under way, which answers with success what it is asked. Used by one thread. Once the other
/// side is gone nothing happens any more: what was under way stays unanswered.
class BusyPeer {
 public:
  using Heard = std::function<void(const client::Message&)>;

  /// Throws where it cannot connect. \param asked hears of each request of the other side, before it is answered
  explicit BusyPeer(client::PeerOptions options, Heard asked = {})
      : peer_(std::move(options)), asked_(std::move(asked)) {}

  [[nodiscard]] client::Peer& peer() { return peer_; }
  [[nodiscard]] bool gone() const { return gone_; }

  /// \param answered hears of the answer, and may ask again
  void ask(client::Message request, Heard answered) {
    guarded([&] { waiting_[peer_.send(std::move(request))] = std::move(answered); });
  }
  /// Handles the next message, where one comes in time.
  void pump(std::chrono::milliseconds time) {
    std::optional<client::Message> message;
    guarded([&] { message = peer_.receive(time); });
    if (message)
      handle(*message);  // what a test's own part throws is a fault of the test, and no end of the other side
    gone_ = gone_ || peer_.closed();
  }

 private:
  template <class Body>
  void guarded(Body body) {
    if (gone_) return;
    try {
      body();
    } catch (const std::exception&) {
      gone_ = true;  // it was closed while something was sent
    }
  }
  void handle(const client::Message& message) {
    if (message.is_request()) {
      if (asked_) asked_(message);
      return guarded([&] { peer_.answer(message); });
    }
    auto waiting = waiting_.extract(message.hop_by_hop);
    if (!waiting.empty()) waiting.mapped()(message);
  }

  client::Peer peer_;
  Heard asked_;
  std::map<std::uint32_t, Heard> waiting_;
  bool gone_ = false;
};

}  // namespace vouchsafe::testing
