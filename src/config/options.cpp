#include "config/options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <type_traits>

namespace vouchsafe::config {
namespace {

template <class Member>
void put(Member& member, const Value& value) {
  if constexpr (std::is_same_v<Member, std::string>) {
    member = std::get<std::string_view>(value);
  } else if constexpr (std::is_same_v<Member, bool>) {
    member = std::get<bool>(value);
  } else {
    member = static_cast<Member>(std::get<long long>(value));
  }
}

long long number_of(std::integral auto member) { return static_cast<long long>(member); }
template <class Rep, class Period>
long long number_of(std::chrono::duration<Rep, Period> member) {
  return member.count();
}

template <class Member>
Value taken(const Member& member) {
  if constexpr (std::is_same_v<Member, std::string>) {
    return std::string_view(member);
  } else if constexpr (std::is_same_v<Member, bool>) {
    return member;
  } else {
    return number_of(member);
  }
}

#define MEMBER(member)                                            \
  [](Config& config, Value value) { put(config.member, value); }, \
      [](const Config& config) { return taken(config.member); }
#define TEXT(group, name, member, standard, change, text) \
  {group, name, std::string_view(standard), {}, "", Change::change, text, MEMBER(member)},
#define BOOLEAN(group, name, member, standard, change, text) \
  {group, name, bool{standard}, {}, "", Change::change, text, MEMBER(member)},
#define NUMBER(group, name, member, least, most, standard, unit, change, text) \
  {group, name, static_cast<long long>(standard), {least, most}, unit, Change::change, text, MEMBER(member)},
#define LIST(group, name, change, text) {group, name, {}, {}, "", Change::change, text, nullptr, nullptr},
constexpr auto rows = std::to_array<Option>({
#include "dict/options.def"
});
#undef LIST
#undef NUMBER
#undef BOOLEAN
#undef TEXT
#undef MEMBER

constexpr std::string_view gap = "{}";

/// A default lies in its range, and a number's text has a place for it.
constexpr bool is_sound(const Option& option) {
  if (!option.is_number()) return option.text.find(gap) == std::string_view::npos;
  const long long standard = std::get<long long>(option.standard);
  return option.range.least <= standard && standard <= option.range.most &&
         option.text.find(gap) != std::string_view::npos;
}
static_assert(std::all_of(rows.begin(), rows.end(), is_sound));

}  // namespace

Config::Config() {
  for (const Option& option : rows) {
    if (!option.is_list()) option.set(*this, option.standard);
  }
}

std::string Option::path() const {
  return group.empty() ? std::string(name) : std::string(group) + "." + std::string(name);
}

std::string Option::sentence() const {
  std::string out(text);
  if (!is_number()) return out;
  const std::string in = unit.empty() ? "" : "in " + std::string(unit) + " ";
  return out.replace(out.find(gap), gap.size(),
                     in + "(" + std::to_string(range.least) + " to " + std::to_string(range.most) + ")");
}

std::span<const Option> options() { return rows; }

std::vector<std::string> known_in(std::string_view group) {
  std::vector<std::string> out;
  for (const Option& option : rows) {
    if (option.group != group && !group.empty()) continue;
    const std::string_view name = option.group == group ? option.name : option.group;
    if (std::find(out.begin(), out.end(), name) == out.end()) out.emplace_back(name);
  }
  return out;
}

std::string written(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    std::string out = "\"";
    for (const char c : *text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + '"';
  }
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<long long>(&value)) return std::to_string(*number);
  return "";
}

}  // namespace vouchsafe::config
