#pragma once

#include "ports/log.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace vouchsafe::telemetry {

enum class Level : std::uint8_t { info, warning, error };

struct MessageRow {
  ports::Message message;
  Level level;
  std::string_view text;
  std::string_view meaning;
  std::string_view effect;
  std::string_view action;
};
/// The rows of dict/messages.def, in its order.
std::span<const MessageRow> message_rows();

/// Writes messages as one line "VS-nnnn text" to a sink. Of one message at most `per_second` go out in a second; how
/// many more there were is told with the next.
class Log : public ports::Log {
 public:
  using Sink = std::function<void(Level, const std::string&)>;
  explicit Log(Sink sink, unsigned per_second = 20) : sink_(std::move(sink)), per_second_(per_second) {}
  void write(ports::Message message, std::initializer_list<std::string_view> arguments) noexcept override;

 private:
  struct Window {
    std::int64_t second = 0;
    unsigned written = 0;
    unsigned long suppressed = 0;
  };
  /// \return whether the line may go out; `suppressed` is how many did not before it
  bool admit(std::size_t row, unsigned long& suppressed);

  Sink sink_;
  unsigned per_second_;
  std::mutex mutex_;
  std::array<Window, 64> windows_{};
};

}  // namespace vouchsafe::telemetry
