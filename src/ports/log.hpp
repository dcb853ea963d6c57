#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace vouchsafe::ports {

/// What can be logged: the rows of dict/messages.def, by number.
enum class Message : std::uint16_t {
#define MESSAGE(number, level, enumerator, text, meaning, effect, action) enumerator = number,
#include "dict/messages.def"
#undef MESSAGE
};

/// Where log messages go. Safe from many threads at once; never throws; limits how often one message is written about a
/// peer.
class Log {
 public:
  virtual ~Log() = default;
  /// \param arguments fill the message's {} and {peer} in order; escaped by the log, so a peer's text is given as it
  /// came
  virtual void write(Message message, std::initializer_list<std::string_view> arguments) noexcept = 0;
};

}  // namespace vouchsafe::ports
