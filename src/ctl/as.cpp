#include "ctl/command.hpp"
#include "domain/data_reference.hpp"
#include "domain/policy.hpp"
#include "operations/permissions.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vouchsafe::ctl {
namespace {

/// Throws Failure.
void check_host(const std::string& host) {
  if (!is_host_pattern(host))
    throw Failure(Exit::usage, host + " is no host: its name, or *.rest for those below rest");
}

struct PermissionOptions {
  std::string host;
  std::vector<std::string> operations;
  std::string data;
  std::string service;

  void add_to(CLI::App& command) {
    command.add_option("host", host, "Origin-Host of the AS: a name or *.rest")->required();
    command.add_option("--may", operations, "read, write, subscribe")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"read", "write", "subscribe"}));
    command.add_option("--data", data, "Data-Reference by its name in TS 29.328; RepositoryData with a service");
    command.add_option("--service-indication", service,
                       "of repository data; without it every one but the subscribers' grants, delegated-authorizers");
  }

  /// Throws Failure.
  [[nodiscard]] AsPermission read() const {
    if (operations.empty()) throw Failure(Exit::usage, "--may says what: read, write, subscribe");
    if (data.empty() && service.empty())
      throw Failure(Exit::usage, "--data, or --service-indication of repository data, says of what");
    const auto reference = data.empty() ? DataReference::repository_data : data_reference_named(data);
    if (!reference) throw Failure(Exit::usage, data + " is no Data-Reference: RepositoryData, IMSUserState, ...");
    if (!service.empty() && !is_repository(*reference))
      throw Failure(Exit::usage, "--service-indication goes with RepositoryData and AliasesRepositoryData only");
    return {host, *reference, service, asked()};
  }

  /// Whatever the data, of every kind where none is named. Throws Failure.
  [[nodiscard]] AsPermission read_everything() const {
    if (!data.empty() || !service.empty()) throw Failure(Exit::usage, "--everything is whatever the data");
    return {host, DataReference::repository_data, {}, operations.empty() ? ShOperations::all() : asked()};
  }

 private:
  [[nodiscard]] ShOperations asked() const {
    ShOperations out;
    for (const auto& name : operations) {
      out.add(name == "read" ? ShOperation::pull : name == "write" ? ShOperation::update : ShOperation::subscribe);
    }
    return out;
  }
};

nlohmann::json names_of(ShOperations operations) {
  nlohmann::json out = nlohmann::json::array();
  if (operations.has(ShOperation::pull)) out.push_back("read");
  if (operations.has(ShOperation::update)) out.push_back("write");
  if (operations.has(ShOperation::subscribe)) out.push_back("subscribe");
  return out;
}

void print(Session& session, const AsPermission& p) {
  const auto may = names_of(p.operations);
  std::string words;
  for (const auto& word : may) words += (words.empty() ? "" : ",") + word.get<std::string>();
  const std::string service = p.service_indication.empty() ? "" : "  " + p.service_indication;
  session.print(fmt::format("{}  {}{}  {}", p.host, name_of(p.reference), service, words),
                {{"host", p.host},
                 {"data_reference", name_of(p.reference)},
                 {"service_indication", p.service_indication},
                 {"may", may}});
}

}  // namespace

void add_as(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("as", "the AS permission list: who may do what over Sh");
  command->require_subcommand(1);
  auto* allow = command->add_subcommand("allow", "let an AS read, write or subscribe to data");
  auto options = std::make_shared<PermissionOptions>();
  options->add_to(*allow);
  allow->callback([&session, options] {
    const AsPermission permission = options->read();
    check_host(permission.host);
    need(store::OperationRunner(session.database()).run([&](const ports::OperatorReader& reader) {
      return operations::allow(permission, reader);
    }));
    print(session, permission);
  });
  auto* deny = command->add_subcommand("deny", "take permissions back");
  auto gone = std::make_shared<PermissionOptions>();
  auto everything = std::make_shared<bool>(false);
  gone->add_to(*deny);
  deny->add_flag("--everything", *everything, "whatever the data");
  deny->callback([&session, gone, everything] {
    const AsPermission permission = *everything ? gone->read_everything() : gone->read();
    operations::Denied denied;
    need(store::OperationRunner(session.database())
             .run([&](const ports::OperatorReader& reader) -> Result<ports::Writes> {
               auto found = operations::deny(permission, *everything, reader);
               if (!found) return tl::unexpected<Error>(found.error());
               denied = std::move(*found);
               return std::move(denied.writes);
             }));
    session.print(
        fmt::format("{} permissions changed, {} subscriptions ended", denied.permissions, denied.subscriptions),
        {{"changed", denied.permissions}, {"subscriptions_ended", denied.subscriptions}});
  });
  command->add_subcommand("list", "the whole list")->callback([&session] {
    for (const auto& p : need(store::RegistryLister(session.database()).permissions())) print(session, p);
  });
}

}  // namespace vouchsafe::ctl
