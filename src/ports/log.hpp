#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <system_error>

namespace vouchsafe::ports {

/// What can be logged: the rows of dict/messages.def, by number.
enum class Message : std::uint16_t {
#define MESSAGE(number, level, name, arguments, text, meaning, effect, action) name = (number),
#include "dict/messages.def"
#undef MESSAGE
};

/// An argument of a message that is text: a view, which lives as long as the call. It has no default, so that a message
/// without it does not compile.
class Text {
 public:
  template <std::convertible_to<std::string_view> From>
  constexpr Text(const From& text) : text_(text) {}
  [[nodiscard]] constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

/// An argument that is a number. Without a default, as Text.
class Number {
 public:
  constexpr Number(std::int64_t number) : number_(number) {}
  /// \return its digits, as long as this is there
  [[nodiscard]] std::string_view view() {
    const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number_).ptr;
    return {digits_.data(), static_cast<std::size_t>(end - digits_.data())};
  }

 private:
  std::int64_t number_;
  std::array<char, 20> digits_{};  // -9223372036854775808
};

/// A type for each row, whose members are the row's arguments: a call that leaves one out, has one too many or calls it
/// by another name does not compile.
namespace message {
#define TEXT(argument) Text argument;
#define NUMBER(argument) Number argument;
#define PEER(argument) Text argument;
#define MESSAGE(number, level, name, arguments, text, meaning, effect, action) \
  struct name {                                                                \
    arguments                                                                  \
  };
#include "dict/messages.def"
#undef MESSAGE
#undef PEER
#undef NUMBER
#undef TEXT
}  // namespace message

/// Where log messages go. Safe from many threads at once; never throws; limits how often one message is written about a
/// peer.
class Log {
 public:
  virtual ~Log() = default;

  // log.write(message::host_reachable{.host = name});
#define TEXT(argument) said.argument.view(),
#define NUMBER(argument) said.argument.view(),
#define PEER(argument) said.argument.view(),
#define MESSAGE(number, level, name, arguments, text, meaning, effect, action) \
  void write([[maybe_unused]] message::name said) noexcept { put(Message::name, {arguments}); }
#include "dict/messages.def"
#undef MESSAGE
#undef PEER
#undef NUMBER
#undef TEXT

 private:
  /// \param arguments in the row's order; escaped by the log, so a peer's text is given as it came
  virtual void put(Message message, std::initializer_list<std::string_view> arguments) noexcept = 0;
};

}  // namespace vouchsafe::ports
