#pragma once

#include "core/freediameter.hpp"
#include "hardening/octets.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace vouchsafe::hardening {

/// What a peer has under way in this process.
struct Window {
  explicit Window(std::string whose) : name(std::move(whose)) {}
  const std::string name;               ///< the peer's, in lower case
  std::atomic<std::uint32_t> alive{0};  ///< its messages that freeDiameter has parsed and not yet freed
  std::atomic<std::uint32_t> begun{0};  ///< those that it ever parsed, modulo 2^32
};

/// Bounds what one peer has under way, by reading no further: TCP then pushes back on that peer alone. freeDiameter
/// reads whatever comes into a queue without an end, and has everybody's answers wait for the one who does not read.
///
/// A message is counted on its peer's thread, where freeDiameter has parsed it, and until it is freed. The wait is on
/// the connection's receiving thread, which knows its socket only. What brings both together is the Origin-Host of the
/// connection's capabilities exchange.
class Windows {
 public:
  /// Before one message. freeDiameter joins a receiving thread that it ends, so none may wait for long.
  static constexpr std::chrono::milliseconds longest_wait{200};
  /// Octets that a peer has not read, beyond which it gets no further answer to read.
  static constexpr int most_unread = 48 * 1024;

  /// \param most messages of one peer; \param patience with a peer that reads nothing of what is there for it
  Windows(std::uint32_t most, std::chrono::milliseconds patience) : most_(most), patience_(patience) {}
  Windows(const Windows&) = delete;
  Windows& operator=(const Windows&) = delete;

  /// A message of the peer's was parsed. On the peer's thread. \return what `ended` is given when it is freed
  Window* begun(peer_hdr& peer);
  static void ended(Window& window) noexcept { window.alive.fetch_sub(1, std::memory_order_relaxed); }

  /// On the receiving thread, before freeDiameter is given the message: waits while the peer has too much under way,
  /// longest_wait at most. \param message as it came; \param socket of this thread
  /// \return the name of a peer whose connection was ended just now, as it has read nothing for so long; else empty
  std::string admit(Octets message, int socket);

  /// Whose connection this receiving thread reads, after admit; empty while that is the capabilities exchange.
  static std::string_view peer_here();
  /// On the receiving thread: waits until what the peer asked is answered. \param longest wait
  void await_answers_here(std::chrono::milliseconds longest);

  /// From now on nothing is read, until what was read has had its end. \param longest wait
  /// \return whether it had
  bool drain(std::chrono::milliseconds longest);
  /// Ends every connection, as if the other side had.
  void end_all();

 private:
  using Clock = std::chrono::steady_clock;
  struct Connection {  ///< of one receiving thread
    std::uint64_t cookie = 0;
    std::string name;
    bool is_known = false;  ///< another thread has read its capabilities exchange
    Window* window = nullptr;
    unsigned count = 0;        ///< messages
    std::uint32_t before = 0;  ///< the peer's that were parsed before this thread's first
    int unread = 0;            ///< octets, when they were last too many
    Clock::time_point read;    ///< since when nothing was taken of them
  };
  struct Connected {  ///< a connection, whichever thread reads it
    int socket;
    std::string name;
  };

  static Connection& connection();
  void introduce(Connection& at, Octets message, int socket);
  void find_window(Connection& at);
  [[nodiscard]] static bool is_parsed(const Connection& at);
  [[nodiscard]] bool must_wait(Connection& at, int socket) const;
  [[nodiscard]] bool reads_nothing(Connection& at, int socket) const;
  [[nodiscard]] bool is_idle();

  std::uint32_t most_;
  std::chrono::milliseconds patience_;
  std::atomic<bool> draining_{false};
  std::mutex mutex_;                                        ///< of the two below
  std::map<std::string, std::unique_ptr<Window>> windows_;  ///< by the peers' names, of all that ever came
  std::map<std::uint64_t, Connected> connections_;          ///< by the kernel's number of the socket
  std::size_t look_through_at_ = 64;                        ///< entries of connections_ at which the ended ones go
};

}  // namespace vouchsafe::hardening
