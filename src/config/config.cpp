#include "config/config.hpp"

#include "config/files.hpp"
#include "config/listen_address.hpp"
#include "config/rules.hpp"
#include "config/setting.hpp"

#include <algorithm>
#include <vector>

namespace vouchsafe::config {
namespace {

Value value_of(const Setting& setting, const Option& option) {
  if (option.is_number()) return whole_number(setting, option.range);
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
  config.rules = read_rules(root, config.policy);
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
