#include "ctl/command.hpp"
#include "domain/data_reference.hpp"
#include "store/registry.hpp"

#include <fmt/format.h>

namespace vouchsafe::ctl {
namespace {

struct PermissionOptions {
  std::string host;
  std::vector<std::string> operations;
  std::string data = "RepositoryData";
  std::string service;

  void add_to(CLI::App& command) {
    command.add_option("host", host, "Origin-Host of the AS: a name, *.rest or start*")->required();
    command.add_option("--may", operations, "read, write, subscribe; all of them without it")
        ->delimiter(',')
        ->check(CLI::IsMember({"read", "write", "subscribe"}));
    command.add_option("--data", data, "Data-Reference by its name in TS 29.328")->capture_default_str();
    command.add_option("--service-indication", service, "of repository data; every one without it");
  }

  /// Throws Failure.
  [[nodiscard]] AsPermission read() const {
    const auto reference = data_reference_named(data);
    if (!reference) throw Failure(Exit::usage, data + " is no Data-Reference: RepositoryData, IMSUserState, ...");
    AsPermission out{host, *reference, service, 0};
    for (const auto& name : operations) {
      const ShOperation operation = name == "read"    ? ShOperation::pull
                                    : name == "write" ? ShOperation::update
                                                      : ShOperation::subscribe;
      out.operations |= static_cast<std::uint8_t>(operation);
    }
    if (operations.empty()) out.operations = 7;
    return out;
  }
};

nlohmann::json names_of(std::uint8_t operations) {
  nlohmann::json out = nlohmann::json::array();
  if ((operations & static_cast<std::uint8_t>(ShOperation::pull)) != 0) out.push_back("read");
  if ((operations & static_cast<std::uint8_t>(ShOperation::update)) != 0) out.push_back("write");
  if ((operations & static_cast<std::uint8_t>(ShOperation::subscribe)) != 0) out.push_back("subscribe");
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
    need(store::Registry(session.database()).allow(permission));
    print(session, permission);
  });
  auto* deny = command->add_subcommand("deny", "take permissions back");
  auto gone = std::make_shared<PermissionOptions>();
  auto everything = std::make_shared<bool>(false);
  gone->add_to(*deny);
  deny->add_flag("--everything", *everything, "whatever the data");
  deny->callback([&session, gone, everything] {
    const auto count = need(store::Registry(session.database()).deny(gone->read(), *everything));
    session.print(std::to_string(count) + " permissions changed", {{"changed", count}});
  });
  command->add_subcommand("list", "the whole list")->callback([&session] {
    for (const auto& p : need(store::Registry(session.database()).permissions())) print(session, p);
  });
}

}  // namespace vouchsafe::ctl
