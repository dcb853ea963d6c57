#pragma once

#include "telemetry/messages.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace vouchsafe::telemetry {

/// How much is written in a second, and of how many peers an account is kept.
struct LogLimits {
  unsigned per_peer = 20;      ///< lines of one message about one peer; of one message where it names none
  unsigned per_message = 500;  ///< lines of one message, whoever they are about
  std::size_t peers = 1024;    ///< accounts of one message; the peers beyond share one
};

/// Writes messages as one line "VS-nnnn text" to a sink. The limit is for each message and each peer that it names (its
/// argument {peer}), so that a peer that is refused a thousand times a second hides nobody else. How many lines were
/// left out is told with the next one, or by flush().
class LineLog : public ports::Log {
 public:
  using Sink = std::function<void(Level, const std::string&)>;
  using Seconds = std::function<std::int64_t()>;
  explicit LineLog(Sink sink, LogLimits limits = {}, Seconds clock = steady_seconds)
      : sink_(std::move(sink)), limits_(limits), clock_(std::move(clock)) {}

  /// Tells what was left out in the seconds that have passed. Called once a second by somebody (LogFlusher).
  void flush() noexcept;
  /// Tells what was left out until now, for the end.
  void flush_all() noexcept;

  static std::int64_t steady_seconds();

 private:
  void put(ports::Message message, std::initializer_list<std::string_view> arguments) noexcept override;

  struct Window {
    std::int64_t second = 0;
    unsigned written = 0;
    unsigned long suppressed = 0;
  };
  /// What is counted of one message.
  struct Accounts {
    Window total;
    std::map<std::string, Window> peers;  ///< the empty name stands for all that have no account
    std::int64_t room_made = 0;           ///< when it was last looked for
  };
  /// \return whether the line may go out; `suppressed` is how many did not before it
  bool admit(std::size_t row, const std::string& peer, unsigned long& suppressed);
  /// The peer's window, made where there is room. The mutex is held.
  Window& window_of(Accounts& accounts, const std::string& peer, std::int64_t now) const;
  void tell_suppressed(std::int64_t before) noexcept;

  Sink sink_;
  LogLimits limits_;
  Seconds clock_;
  std::mutex mutex_;                          ///< guards what follows
  std::map<std::size_t, Accounts> accounts_;  ///< by the number of the row
};

}  // namespace vouchsafe::telemetry
