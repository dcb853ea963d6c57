#include "telemetry/audit_chain.hpp"

namespace vouchsafe::telemetry {
namespace {

constexpr std::string_view hash_member = ",\"hash\":\"";
constexpr std::size_t hash_digits = 64;
constexpr std::size_t end_size = hash_member.size() + hash_digits + 2;  // "}

/// The line but for its hash, and that.
struct Parts {
  std::string_view covered;
  std::string_view hash;
};

std::optional<Parts> parts_of(std::string_view line) {
  if (line.size() <= end_size || line.substr(line.size() - end_size, hash_member.size()) != hash_member ||
      !line.ends_with("\"}"))
    return std::nullopt;
  return Parts{line.substr(0, line.size() - end_size), line.substr(line.size() - hash_digits - 2, hash_digits)};
}

}  // namespace

std::string chained(const nlohmann::ordered_json& record, Link& at, Digest digest) {
  nlohmann::ordered_json whole = {{"n", at.number + 1}};
  whole.update(record);
  whole["prev"] = at.hash;
  std::string line = whole.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  line.pop_back();
  at = {at.number + 1, digest(line)};
  return line.append(hash_member).append(at.hash).append("\"}");
}

std::optional<Link> link_after(std::string_view line) {
  const auto parts = parts_of(line);
  if (!parts) return std::nullopt;
  const auto record = nlohmann::json::parse(line, nullptr, false);
  if (!record.is_object() || !record.contains("n") || !record["n"].is_number_unsigned() || !record.contains("prev") ||
      !record["prev"].is_string())
    return std::nullopt;
  return Link{record["n"].get<std::uint64_t>(), std::string(parts->hash)};
}

std::optional<std::string> broken(std::string_view line, Link& at, Digest digest) {
  const auto parts = parts_of(line);
  const auto record = nlohmann::json::parse(line, nullptr, false);
  const auto next = link_after(line);
  if (!parts || !next) return "it is no record";
  if (digest(parts->covered) != parts->hash) return "its hash is not that of what it says";
  if (record.value("prev", std::string{}) != at.hash) return "it does not follow the record before it";
  if (next->number != at.number + 1) return "its number is not the next";
  at = *next;
  return std::nullopt;
}

}  // namespace vouchsafe::telemetry
