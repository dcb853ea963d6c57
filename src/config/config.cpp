#include "config/config.hpp"

#include "config/files.hpp"
#include "config/listen_address.hpp"
#include "config/options.hpp"

#include <libconfig.h++>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace vouchsafe::config {
namespace {

using libconfig::Setting;

/// File and line. libconfig names a file only for what an @include brought in.
std::string place_of(const Setting& at) {
  return std::string(at.getSourceFile() != nullptr ? at.getSourceFile() : "") + ":" +
         std::to_string(at.getSourceLine());
}

/// A mistake, with its place; caught in load().
class Mistake : public std::runtime_error {
 public:
  Mistake(const Setting& at, const std::string& what, const std::string& right)
      : std::runtime_error(place_of(at) + ": " + at.getPath() + ": " + what + "; " + right) {}
};

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

enum class Empty : std::uint8_t { wrong, possible };

std::string_view text_of(const Setting& setting, Empty empty = Empty::wrong) {
  if (setting.getType() != Setting::TypeString) throw Mistake(setting, "not a text", "write it between double quotes");
  const std::string_view text = setting.c_str();
  if (text.empty() && empty == Empty::wrong) throw Mistake(setting, "empty", "give a value or leave the key out");
  return text;
}

bool boolean_of(const Setting& setting) {
  if (setting.getType() != Setting::TypeBoolean) throw Mistake(setting, "not a boolean", "true or false");
  return setting;
}

long long number_of(const Setting& setting, const Range& range) {
  const std::string right = "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
  if (setting.getType() != Setting::TypeInt && setting.getType() != Setting::TypeInt64)
    throw Mistake(setting, "not a number", right);
  const long long number =
      setting.getType() == Setting::TypeInt ? static_cast<int>(setting) : static_cast<long long>(setting);
  if (number < range.least || number > range.most)
    throw Mistake(setting, std::to_string(number) + " is out of range", right);
  return number;
}

Value value_of(const Setting& setting, const Option& option) {
  if (option.is_number()) return number_of(setting, option.range);
  if (std::holds_alternative<bool>(option.standard)) return boolean_of(setting);
  // What has no value unless it is given one may be given none.
  const bool is_optional = option.standard == Value(std::string_view{});
  return text_of(setting, is_optional ? Empty::possible : Empty::wrong);
}

/// The options of a group that the file holds; lists are left to their own readers.
void read_options(const Setting& from, std::string_view group, Config& config) {
  for (const Option& option : options()) {
    const std::string name(option.name);
    if (option.group == group && !option.is_list() && from.exists(name))
      option.set(config, value_of(from[name.c_str()], option));
  }
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

ReasonSet reasons(const Setting& list) {
  ReasonSet out;
  for (const auto& item : list) {
    std::vector<std::string> names;
    for (const auto& row : reason_rows) {
      if (row.reason != Reason::authorized) names.emplace_back(row.name);
    }
    const std::string right = "\"all\" or one of " + joined(names);
    if (item.getType() != Setting::TypeString) throw Mistake(item, "not a text", right);
    const std::string name = item.c_str();
    const auto reason = reason_named(name);
    if (name == "all") {
      out.add_all();
    } else if (!reason || *reason == Reason::authorized) {
      throw Mistake(item, "no reason is called " + name, right);
    } else {
      out.add(*reason);
    }
  }
  return out;
}

const char* const host_pattern = "a Diameter identity (epcscf.ims.example), or *.rest for any host below rest";

std::string read_host(const Setting& item, const char* key) {
  std::string host;
  read(item, key, host);
  if (host.empty()) throw Mistake(item, std::string("no ") + key, host_pattern);
  if (!is_host_pattern(host)) throw Mistake(item[key], "not a host", host_pattern);
  return host;
}

Roles read_roles(const Setting& item) {
  const Setting* list = list_at(item, "roles");
  std::vector<std::string> names(role_names.begin(), role_names.end());
  const std::string right = "roles = [ … ] with some of " + joined(names);
  if (list == nullptr || list->getLength() == 0) throw Mistake(item, "no roles", right);
  Roles out;
  for (const auto& name : *list) {
    if (name.getType() != Setting::TypeString) throw Mistake(name, "not a text", right);
    const auto role = role_named(name.c_str());
    if (!role) throw Mistake(name, std::string("no role is called ") + name.c_str(), right);
    out.add(*role);
  }
  return out;
}

void read_clients(const Setting& root, Policy& policy) {
  const Setting* list = list_at(root, "clients");
  if (list == nullptr) return;
  for (const auto& item : *list) {
    if (!item.isGroup()) throw Mistake(item, "not a group", "write { host = \"…\"; roles = [ \"…\" ]; }");
    only(item, {"host", "roles", "vouching_only", "marks", "require_token"});
    Client client{read_host(item, "host"), read_roles(item)};
    read(item, "vouching_only", client.vouching_only);
    read(item, "marks", client.marks);
    read(item, "require_token", client.token_required);
    if (client.marks && !client.roles.has(Role::s_cscf))
      throw Mistake(item["marks"], "not an S-CSCF", "only a client with the role s-cscf marks its SARs");
    if (client.token_required && !client.roles.has(Role::ep_cscf))
      throw Mistake(item["require_token"], "carries no vouchings", "it is for clients with the role ep-cscf");
    if (client.vouching_only && !client.roles.any_of({Role::s_cscf, Role::ep_cscf}))
      throw Mistake(item["vouching_only"], "registers nobody", "it is for clients with the role ep-cscf or s-cscf");
    policy.clients.push_back(std::move(client));
  }
}

void read_agents(const Setting& root, Policy& policy) {
  const Setting* list = list_at(root, "agents");
  if (list == nullptr) return;
  for (const auto& item : *list) {
    if (!item.isGroup()) throw Mistake(item, "not a group", "write { peer = \"…\"; speaks_for = [ \"…\" ]; }");
    only(item, {"peer", "speaks_for"});
    Agent agent{read_host(item, "peer"), {}};
    const Setting* hosts = list_at(item, "speaks_for");
    if (hosts == nullptr || hosts->getLength() == 0)
      throw Mistake(item, "speaks for nobody", "speaks_for = [ … ] with the clients behind the agent");
    for (const auto& host : *hosts) {
      if (host.getType() != Setting::TypeString || !is_host_pattern(host.c_str()))
        throw Mistake(host, "not a host", host_pattern);
      agent.speaks_for.emplace_back(host.c_str());
    }
    policy.agents.push_back(std::move(agent));
  }
}

ReasonSet read_reasons(const Setting& item) {
  const Setting* which = list_at(item, "reasons");
  if (which == nullptr) throw Mistake(item, "no reasons", "reasons = [ … ] as in Delegation-Result");
  return reasons(*which);
}

void read_monitor(const Setting& delegation, Policy& policy) {
  const Setting* monitor = group_at(delegation, "monitor");
  if (monitor == nullptr) return;
  only(*monitor, {"everywhere", "clients", "roles"});
  if (const Setting* all = list_at(*monitor, "everywhere")) policy.monitor = reasons(*all);
  if (const Setting* clients = list_at(*monitor, "clients")) {
    for (const auto& item : *clients) {
      if (!item.isGroup()) throw Mistake(item, "not a group", "write { host = \"…\"; reasons = [ \"…\" ]; }");
      only(item, {"host", "reasons"});
      policy.monitor_clients.push_back({read_host(item, "host"), read_reasons(item)});
    }
  }
  if (const Setting* roles = list_at(*monitor, "roles")) {
    for (const auto& item : *roles) {
      if (!item.isGroup()) throw Mistake(item, "not a group", "write { role = \"…\"; reasons = [ \"…\" ]; }");
      only(item, {"role", "reasons"});
      std::string name;
      read(item, "role", name);
      const auto role = role_named(name);
      if (!role) throw Mistake(item, "no role is called " + name, joined({role_names.begin(), role_names.end()}));
      policy.monitor_roles.push_back({*role, read_reasons(item)});
    }
  }
}

void read_group(const Setting& root, const char* name, Config& config) {
  const Setting* group = group_at(root, name);
  if (group == nullptr) return;
  only(*group, known_in(name));
  read_options(*group, name, config);
}

void read_delegation(const Setting& root, Config& config) {
  const Setting* group = group_at(root, "delegation");
  if (group == nullptr) return;
  if (group->exists("relays"))
    throw Mistake((*group)["relays"], "relays are clients with the role ep-cscf now",
                  "clients = ( { host = \"…\"; roles = [ \"ep-cscf\" ]; } ) at the top of the file");
  read_group(root, "delegation", config);
  read_monitor(*group, config.policy);
}

void read_tokens(const Setting& root, Config& config) {
  read_group(root, "tokens", config);
  const Setting* group = group_at(root, "tokens");
  const Setting* list = group == nullptr ? nullptr : list_at(*group, "audiences");
  if (list == nullptr) return;
  for (const auto& item : *list) {
    if (item.getType() != Setting::TypeString || std::string_view(item.c_str()).empty())
      throw Mistake(item, "no audience", "audiences = [ \"…\" ] with what authorizers write as aud");
    config.policy.tokens.audiences.emplace_back(item.c_str());
  }
}

/// The keys of the judge's rules.
const std::vector<std::string>& guard_keys() {
  static const std::vector<std::string> keys = {
#define RULE(number, enumerator, key, result, text, meaning) key,
#include "dict/guard.def"
#undef RULE
  };
  return keys;
}

void read_hardening(const Setting& root, Config& config) {
  read_group(root, "hardening", config);
  const Setting* group = group_at(root, "hardening");
  const Setting* list = group == nullptr ? nullptr : list_at(*group, "without");
  if (list == nullptr) return;
  const auto& keys = guard_keys();
  for (const auto& item : *list) {
    if (item.getType() != Setting::TypeString) throw Mistake(item, "not a text", "one of " + joined(keys));
    const std::string key = item.c_str();
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      throw Mistake(item, "no rule is called " + key, "one of " + joined(keys));
    config.hardening.without.insert(key);
  }
}

void read_metrics(const Setting& root, const std::string& path, Config& config) {
  read_group(root, "metrics", config);
  if (config.metrics.listen.empty()) return;
  const Setting& listen = root["metrics"]["listen"];
  const auto address = listen_address(config.metrics.listen);
  if (!address)
    throw Mistake(listen, config.metrics.listen + " is no place to listen on",
                  "an IPv4 address and a port, as \"127.0.0.1:9464\", or a port alone");
  config.metrics.address = *address;
  config.metrics.place = place_of(listen);
  if (config.metrics.place.starts_with(':')) config.metrics.place.insert(0, path);
}

Config read_root(const Setting& root, const std::string& path) {
  only(root, known_in(""));
  Config config;
  read_options(root, "", config);
  if (config.vendor_id == 10415)
    throw Mistake(root["vendor_id"], "10415 is 3GPP's own", "the operator's enterprise number, or 32473");
  read_clients(root, config.policy);
  read_agents(root, config.policy);
  read_group(root, "database", config);
  read_delegation(root, config);
  read_tokens(root, config);
  read_hardening(root, config);
  for (const char* group : {"outbox", "sh", "authentication", "audit"}) read_group(root, group, config);
  read_metrics(root, path, config);
  return config;
}

}  // namespace

Result<Config> load(const std::string& path) {
  if (const auto readable = can_be_read(path); !readable) return tl::unexpected<Error>(readable.error());
  libconfig::Config file;
  try {
    file.readFile(path.c_str());
    return read_root(file.getRoot(), path);
  } catch (const libconfig::ParseException& e) {
    return malformed(path + ":" + std::to_string(e.getLine()) + ": " + e.getError() +
                     "; settings are written key = value;");
  } catch (const libconfig::FileIOException&) {
    return unavailable(path + ": cannot be read; name an existing file in the LoadExtension line");
  } catch (const std::exception& e) {
    const std::string what = e.what();
    return malformed(what.starts_with(':') ? path + what : what);
  }
}

Result<void> serves_somebody(const Config& config, const std::string& path) {
  if (!config.policy.clients.empty()) return {};
  return malformed(path +
                   ": clients: nobody is served; write clients = ( { host = \"scscf.ims.example\"; roles = [ "
                   "\"s-cscf\" ]; } ), a line for each Diameter client");
}

}  // namespace vouchsafe::config
