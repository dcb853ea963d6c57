#include "config/rules.hpp"

#include "domain/authorizer.hpp"
#include "domain/text.hpp"

#include <algorithm>
#include <array>

namespace vouchsafe::config {
namespace {

/// \return the value of the enumeration that the text under the key names
template <class Enumeration, std::size_t size>
Enumeration named(const Setting& item, const char* key, const std::array<std::string_view, size>& names) {
  const std::string right = std::string(key) + " = one of " + joined({names.begin(), names.end()});
  if (!item.exists(key)) throw Mistake(item, std::string("no ") + key, right);
  const std::string_view text = text_of(item[key]);
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) throw Mistake(item[key], "there is no " + std::string(text), right);
  return static_cast<Enumeration>(found - names.begin());
}

long long number(const Setting& item, const char* key, const Range& range, const char* right) {
  if (!item.exists(key)) throw Mistake(item, std::string("no ") + key, right);
  return whole_number(item[key], range);
}

std::chrono::seconds seconds(const Setting& item, const char* key, long long most, std::chrono::seconds standard) {
  return item.exists(key) ? std::chrono::seconds{whole_number(item[key], {1, most})} : standard;
}

void read_reason(const Setting& item, Rule& rule) {
  if (!item.exists("reason")) return;
  const Setting& setting = item["reason"];
  if (rule.signal != Rule::Signal::refused)
    throw Mistake(setting, "only refusals have a reason", "signal = \"refused\", or no reason");
  const std::string name{text_of(setting)};
  rule.reason = reason_named(name);
  if (!rule.reason || *rule.reason == Reason::authorized)
    throw Mistake(setting, "no reason is called " + name, "one of Delegation-Result's, NOT_GRANTED for example");
}

/// Whom the rule names must be somebody whom it can see.
void read_only(const Setting& item, const Policy& policy, Rule& rule) {
  const Setting* list = list_at(item, "only");
  if (list == nullptr) return;
  if (list->getLength() == 0) throw Mistake(*list, "names nobody", "leave it out for a rule that watches each");
  for (const auto& entry : *list) {
    const std::string text{text_of(entry)};
    if (rule.of == Rule::Of::clients) {
      if (text.starts_with("*.") || policy.client(text) == nullptr)
        throw Mistake(entry, text + " is no client", "one that clients = ( … ) serves");
      rule.only.push_back(lowered(text));
      continue;
    }
    const auto name = AuthorizerName::parse(text);
    if (!name) throw Mistake(entry, text + " is no authorizer's name", name.error().detail);
    rule.only.push_back(name->text());
  }
}

void read_action(const Setting& item, Rule& rule) {
  rule.action = named<Rule::Action>(item, "action", action_names);
  if (rule.suspends() && rule.of == Rule::Of::clients)
    throw Mistake(item["action"], "a client cannot be suspended",
                  "alert or throttle; to serve it no more take it out of clients and reload");
  if (rule.action == Rule::Action::throttle) {
    rule.rate = static_cast<std::uint32_t>(
        number(item, "per_s", {1, 1'000'000}, "per_s = how many vouchings a second are let through"));
  } else if (item.exists("per_s")) {
    throw Mistake(item["per_s"], "nothing is throttled", "action = \"throttle\", or no per_s");
  }
  if (item.exists("suspend_s") && !rule.suspends())
    throw Mistake(item["suspend_s"], "nobody is suspended", "action = \"hold\" or \"deregister\", or no suspend_s");
  constexpr long long a_year = 31'536'000;
  if (item.exists("suspend_s")) rule.lasts = std::chrono::seconds{whole_number(item["suspend_s"], {1, a_year})};
}

/// What is never counted against whom the rule watches would never make it fire.
void check_reason(const Setting& item, const Rule& rule) {
  if (!rule.reason) return;
  const int check = reason_rows.at(static_cast<std::size_t>(*rule.reason)).check;
  if (*rule.reason == Reason::delegation_required)
    throw Mistake(item["reason"], "nobody vouches there", "rules watch vouchings: another reason");
  if (rule.of == Rule::Of::authorizers && (check == 2 || check == 3 || check == 5))
    throw Mistake(item["reason"], "that is a client's act", "of = \"clients\"");
}

Rule read_rule(const Setting& item, const Policy& policy) {
  constexpr long long a_week = 604'800;
  constexpr long long most = 1'000'000'000;
  if (!item.isGroup())
    throw Mistake(item, "not a group",
                  "write { name = \"…\"; signal = \"…\"; of = \"…\"; threshold = …; action = \"…\"; }");
  only(item, {"name", "signal", "reason", "of", "only", "threshold", "window_s", "action", "per_s", "suspend_s",
              "cool_down_s", "dry_run"});
  Rule rule;
  read(item, "name", rule.name);
  if (rule.name.empty()) throw Mistake(item, "no name", "name = \"…\", which the log calls it by");
  rule.signal = named<Rule::Signal>(item, "signal", signal_names);
  rule.of = named<Rule::Of>(item, "of", of_names);
  rule.threshold = static_cast<std::uint32_t>(
      number(item, "threshold", {1, most}, "threshold = how many within the window make it fire"));
  rule.window = seconds(item, "window_s", a_week, rule.window);
  rule.cool_down = seconds(item, "cool_down_s", a_week, rule.cool_down);
  read_reason(item, rule);
  check_reason(item, rule);
  read_only(item, policy, rule);
  read_action(item, rule);
  read(item, "dry_run", rule.dry_run);
  return rule;
}

/// Two that fire together and want something else: nobody can tell what is meant.
bool contradict(const Rule& one, const Rule& other) {
  return one.signal == other.signal && one.reason == other.reason && one.of == other.of && one.only == other.only &&
         one.threshold == other.threshold && one.window == other.window && one.dry_run == other.dry_run;
}

}  // namespace

std::vector<Rule> read_rules(const Setting& root, const Policy& policy) {
  std::vector<Rule> out;
  const Setting* list = list_at(root, "rules");
  if (list == nullptr) return out;
  for (const auto& item : *list) {
    Rule rule = read_rule(item, policy);
    for (const auto& other : out) {
      if (other.name == rule.name)
        throw Mistake(item["name"], "another rule is called " + rule.name, "a name of its own");
      if (contradict(rule, other))
        throw Mistake(item, "fires whenever " + other.name + " does", "one rule with the stronger action");
    }
    out.push_back(std::move(rule));
  }
  return out;
}

}  // namespace vouchsafe::config
