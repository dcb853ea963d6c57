#include "config/setting.hpp"

#include "domain/policy.hpp"

#include <algorithm>

namespace vouchsafe::config {

std::string place_of(const Setting& at) {
  return std::string(at.getSourceFile() != nullptr ? at.getSourceFile() : "") + ":" +
         std::to_string(at.getSourceLine());
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void only(const Setting& group, const std::vector<std::string>& known) {
  for (const auto& setting : group) {
    const std::string name = setting.getName() != nullptr ? setting.getName() : "";
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Mistake(setting, "unknown key", "known here: " + joined(known));
  }
}

std::string_view text_of(const Setting& setting, Empty empty) {
  if (setting.getType() != Setting::TypeString) throw Mistake(setting, "not a text", "write it between double quotes");
  const std::string_view text = setting.c_str();
  if (text.empty() && empty == Empty::wrong) throw Mistake(setting, "empty", "give a value or leave the key out");
  return text;
}

bool boolean_of(const Setting& setting) {
  if (setting.getType() != Setting::TypeBoolean) throw Mistake(setting, "not a boolean", "true or false");
  return setting;
}

long long whole_number(const Setting& setting, const Range& range) {
  const std::string right = "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
  if (setting.getType() != Setting::TypeInt && setting.getType() != Setting::TypeInt64)
    throw Mistake(setting, "not a number", right);
  const long long number =
      setting.getType() == Setting::TypeInt ? static_cast<int>(setting) : static_cast<long long>(setting);
  if (number < range.least || number > range.most)
    throw Mistake(setting, std::to_string(number) + " is out of range", right);
  return number;
}

void read(const Setting& group, const char* key, std::string& value) {
  if (group.exists(key)) value = text_of(group[key]);
}

void read(const Setting& group, const char* key, bool& value) {
  if (group.exists(key)) value = boolean_of(group[key]);
}

const Setting* group_at(const Setting& parent, const char* key) {
  if (!parent.exists(key)) return nullptr;
  const Setting& setting = parent[key];
  if (!setting.isGroup()) throw Mistake(setting, "not a group", "write { key = value; } after the =");
  return &setting;
}

const Setting* list_at(const Setting& parent, const char* key) {
  if (!parent.exists(key)) return nullptr;
  const Setting& setting = parent[key];
  if (!setting.isList() && !setting.isArray()) throw Mistake(setting, "not a list", "write ( … ) or [ … ] after the =");
  return &setting;
}

std::string read_host(const Setting& item, const char* key) {
  std::string host;
  read(item, key, host);
  if (host.empty()) throw Mistake(item, std::string("no ") + key, host_pattern);
  if (!is_host_pattern(host)) throw Mistake(item[key], "not a host", host_pattern);
  return host;
}

}  // namespace vouchsafe::config
