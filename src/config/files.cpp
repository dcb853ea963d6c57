#include "config/files.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

namespace vouchsafe::config {
namespace {

constexpr int deepest = 10;  // libconfig's own bound, which it tells of

/// \return what a line `@include "…"` includes, as libconfig's scanner reads it
std::optional<std::string> included_by(const std::string& line) {
  constexpr std::string_view word = "@include";
  constexpr const char* blanks = " \t";
  const auto start = line.find_first_not_of(blanks);
  if (start == std::string::npos || line.compare(start, word.size(), word) != 0) return std::nullopt;
  const auto quote = line.find_first_not_of(blanks, start + word.size());
  if (quote == std::string::npos || line[quote] != '"') return std::nullopt;
  std::string out;
  for (auto at = quote + 1; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\' && at + 1 < line.size()) ++at;
    out += line[at];
  }
  return out;
}

Result<void> look_at(const std::string& path, int depth) {
  std::error_code unknown;
  const auto status = std::filesystem::status(path, unknown);
  if (!std::filesystem::exists(status) || depth > deepest) return {};
  if (!std::filesystem::is_regular_file(status))
    return malformed(path + ": no regular file; name a file that holds settings");
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    // A file that somebody is still writing ends anywhere.
    if (in.eof())
      return malformed(path + ": ends within a line, as a file does that is half written; end its last line");
    const auto included = included_by(line);
    if (!included) continue;
    if (auto good = look_at(*included, depth + 1); !good) return good;
  }
  return {};
}

}  // namespace

Result<void> can_be_read(const std::string& path) { return look_at(path, 0); }

}  // namespace vouchsafe::config
