#include "telemetry/messages.hpp"

#include "domain/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vouchsafe::telemetry {
namespace {

namespace arguments_of {  // each with one more, as there is no array of none
#define TEXT(argument) {#argument},
#define NUMBER(argument) {#argument},
#define PEER(argument) {#argument, true},
#define MESSAGE(number, level, name, arguments, text, meaning, effect, action) \
  constexpr auto name = std::to_array<Argument>({arguments{}});
#include "dict/messages.def"
#undef MESSAGE
#undef PEER
#undef NUMBER
#undef TEXT
}  // namespace arguments_of

constexpr auto rows = std::to_array<MessageRow>({
#define MESSAGE(number, level, name, arguments, text, meaning, effect, action) \
  {ports::Message::name,                                                       \
   Level::level,                                                               \
   std::span(arguments_of::name).first(arguments_of::name.size() - 1),         \
   text,                                                                       \
   meaning,                                                                    \
   effect,                                                                     \
   action},
#include "dict/messages.def"
#undef MESSAGE
});

/// A part of a row's text.
struct Piece {
  std::string_view text;
  bool is_argument = false;  ///< the text is its name
};

constexpr bool is_of_a_name(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/// Takes the next piece off the front. Braces around anything but a name are text.
constexpr Piece next_piece(std::string_view& rest) {
  if (rest.starts_with('{')) {
    const auto end = rest.find('}');
    const std::string_view name = end == std::string_view::npos ? std::string_view{} : rest.substr(1, end - 1);
    if (!name.empty() && std::all_of(name.begin(), name.end(), is_of_a_name)) {
      rest.remove_prefix(end + 1);
      return {name, true};
    }
  }
  const Piece piece{rest.substr(0, rest.find('{', 1))};
  rest.remove_prefix(piece.text.size());
  return piece;
}

/// \return where the argument stands among the row's; their number where it is none
constexpr std::size_t place_of(const MessageRow& row, std::string_view name) {
  const auto found = std::find_if(row.arguments.begin(), row.arguments.end(),
                                  [&](const Argument& argument) { return argument.name == name; });
  return static_cast<std::size_t>(found - row.arguments.begin());
}

constexpr bool holds(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const Piece piece = next_piece(text);
    if (piece.is_argument && piece.text == name) return true;
  }
  return false;
}

/// The text holds each argument and nothing else that looks like one, and one at most names the peer.
constexpr bool is_sound(const MessageRow& row) {
  for (std::string_view rest = row.text; !rest.empty();) {
    const Piece piece = next_piece(rest);
    if (piece.is_argument && place_of(row, piece.text) == row.arguments.size()) return false;
  }
  return std::all_of(row.arguments.begin(), row.arguments.end(),
                     [&](const Argument& argument) { return holds(row.text, argument.name); }) &&
         std::count_if(row.arguments.begin(), row.arguments.end(),
                       [](const Argument& argument) { return argument.is_peer; }) <= 1;
}
static_assert(std::all_of(rows.begin(), rows.end(), is_sound));

}  // namespace

std::span<const MessageRow> message_rows() { return rows; }

std::string start_of(const MessageRow& row) { return fmt::format("VS-{:04} ", static_cast<unsigned>(row.message)); }

std::string filled(const MessageRow& row, Values values) {
  std::string out = start_of(row);
  for (std::string_view rest = row.text; !rest.empty();) {
    const Piece piece = next_piece(rest);
    if (piece.is_argument) {
      out += escaped(*(values.begin() + place_of(row, piece.text)));
    } else {
      out += piece.text;
    }
  }
  return out;
}

std::string_view peer_among(const MessageRow& row, Values values) {
  const auto peer = std::find_if(row.arguments.begin(), row.arguments.end(),
                                 [](const Argument& argument) { return argument.is_peer; });
  return peer == row.arguments.end() ? std::string_view{} : *(values.begin() + (peer - row.arguments.begin()));
}

}  // namespace vouchsafe::telemetry
