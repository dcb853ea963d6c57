#include "telemetry/log.hpp"

#include "domain/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>

namespace vouchsafe::telemetry {
namespace {

constexpr auto rows = std::to_array<MessageRow>({
#define MESSAGE(number, level, enumerator, text, meaning, effect, action) \
  {ports::Message::enumerator, Level::level, text, meaning, effect, action},
#include "dict/messages.def"
#undef MESSAGE
});

std::string filled(const MessageRow& row, std::initializer_list<std::string_view> arguments) {
  std::string out = fmt::format("VS-{:04} ", static_cast<unsigned>(row.message));
  const auto* argument = arguments.begin();
  for (std::size_t at = 0; at < row.text.size(); ++at) {
    const bool named = row.text.substr(at, 6) == "{peer}";
    if ((named || row.text.substr(at, 2) == "{}") && argument != arguments.end()) {
      out += escaped(*argument++);
      at += named ? 5 : 1;
    } else {
      out += row.text[at];
    }
  }
  return out;
}

}  // namespace

std::span<const MessageRow> message_rows() { return rows; }

bool Log::admit(std::size_t row, unsigned long& suppressed) {
  const auto second =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  Window& window = windows_.at(row);
  if (window.second != second) {
    suppressed = window.suppressed;
    window = {second, 0, 0};
  }
  if (window.written >= per_second_) {
    ++window.suppressed;
    return false;
  }
  ++window.written;
  return true;
}

void Log::write(ports::Message message, std::initializer_list<std::string_view> arguments) noexcept {
  try {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const MessageRow& r) { return r.message == message; });
    if (row == rows.end()) return;
    unsigned long suppressed = 0;
    if (!admit(static_cast<std::size_t>(row - rows.begin()), suppressed)) return;
    std::string line = filled(*row, arguments);
    if (suppressed > 0) line += fmt::format(" ({} more of these in an earlier second)", suppressed);
    sink_(row->level, line);
  } catch (const std::exception&) {
    return;  // a log that fails must not fail the request
  }
}

}  // namespace vouchsafe::telemetry
