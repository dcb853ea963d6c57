#pragma once

#include "client/wire.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::client {

/// Who the client says it is, and whom it talks to.
struct PeerOptions {
  std::string host = "epcscf.ims.example";  ///< Origin-Host
  std::string realm = "ims.example";
  std::string address = "127.0.0.1";
  std::uint16_t port = 3868;
  std::chrono::milliseconds timeout{5000};
  std::vector<std::uint32_t> applications{16777216};  ///< of 3GPP: Cx, or Sh 16777217
  bool relay = false;                                 ///< says in its CER that it relays (RFC 6733, 2.4)
  std::string product = "vouchsafe";                  ///< Product-Name
  std::function<void(const Message&)> heard{};        ///< called with each message that comes, where there is one
};

/// One Diameter connection over TCP: CER on connecting, DWR answered, DPR before closing. Used by one thread.
class Peer {
 public:
  /// Connects and exchanges capabilities. Throws std::runtime_error.
  explicit Peer(PeerOptions options);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Sends a request and waits for its answer. Throws std::runtime_error when none comes in time, or the peer closes.
  Message ask(Message request);
  /// Sends a request without waiting. \return its hop-by-hop identifier
  std::uint32_t send(Message request);
  void send_octets(const std::string& octets);
  /// The next answer or request of the other side that is not the base protocol's; nothing at the time-out or the end.
  std::optional<Message> receive(std::chrono::milliseconds timeout);
  /// Answers a request of the other side with a Result-Code, or 100000 + an Experimental-Result-Code.
  void answer(const Message& request, std::uint32_t result = 2001);
  /// DPR and close. The destructor does it too.
  void disconnect() noexcept;
  /// Closes without a word, as a crash would.
  void drop() noexcept;
  /// \return whether the other side has closed
  [[nodiscard]] bool closed() const { return socket_ < 0; }
  [[nodiscard]] int descriptor() const { return socket_; }
  [[nodiscard]] const PeerOptions& options() const { return options_; }

  /// A request of an application, with the AVPs that every one has: session, application, state, origin and
  /// destination.
  [[nodiscard]] Message request(std::uint32_t command, std::uint32_t application = 16777216);

 private:
  std::optional<Message> next(std::chrono::steady_clock::time_point deadline);
  bool answer_base(const Message& message);
  void close() noexcept;

  PeerOptions options_;
  int socket_ = -1;
  std::string received_;
  std::uint32_t first_id_;
  std::uint32_t next_id_;
  std::uint64_t sessions_ = 0;
};

}  // namespace vouchsafe::client
