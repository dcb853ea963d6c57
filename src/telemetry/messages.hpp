#pragma once

#include "ports/log.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace vouchsafe::telemetry {

enum class Level : std::uint8_t { info, warning, error };

/// An argument of a message.
struct Argument {
  std::string_view name;
  bool is_peer = false;  ///< it names the peer: lines about it are limited apart from the others'
};

/// A row of dict/messages.def.
struct MessageRow {
  ports::Message message;
  Level level;
  std::span<const Argument> arguments;
  std::string_view text;  ///< {name} stands for an argument
  std::string_view meaning;
  std::string_view effect;
  std::string_view action;
};

/// The rows, in their order.
std::span<const MessageRow> message_rows();

/// The values of a row's arguments, in the row's order.
using Values = std::initializer_list<std::string_view>;

/// "VS-0101 "
std::string start_of(const MessageRow& row);
/// The line: the row's start and text, with the values escaped.
std::string filled(const MessageRow& row, Values values);
/// \return the value that names the peer; empty: none does
std::string_view peer_among(const MessageRow& row, Values values);

}  // namespace vouchsafe::telemetry
