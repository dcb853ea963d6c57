#include "ctl/command.hpp"
#include "operations/shared_sets.hpp"
#include "profile/filter_criteria.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"

#include <fstream>
#include <sstream>

namespace vouchsafe::ctl {
namespace {

std::string contents(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw Failure(Exit::failed, file + " cannot be read");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

void add_ifc(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("ifc", "shared sets of initial filter criteria");
  command->require_subcommand(1);
  auto* add = command->add_subcommand("add", "write a set, in place of one with its name");
  auto name = std::make_shared<std::string>();
  auto id = std::make_shared<std::uint32_t>(0);
  auto file = std::make_shared<std::string>();
  add->add_option("name", *name, "what subscriptions call it")->required();
  add->add_option("file", *file, "InitialFilterCriteria elements")->required();
  add->add_option("--id", *id, "SharedIFCSetID, for an S-CSCF that holds the set itself")->required();
  add->callback([&session, name, id, file] {
    if (name->empty() || name->front() == '<') throw Failure(Exit::usage, "a set's name does not begin with <");
    const SharedIfc set{*name, *id, need(profile::normal_filter_criteria(contents(*file)))};
    need(store::OperationRunner(session.database()).run([&](const ports::OperatorReader& reader) {
      return operations::put_shared_set(set, reader, Session::now());
    }));
    session.print(set.name + " is set " + std::to_string(set.id), {{"name", set.name}, {"id", set.id}});
  });
  command->add_subcommand("list", "names and numbers")->callback([&session] {
    for (const auto& set : need(store::RegistryLister(session.database()).shared_ifcs())) {
      session.print(set.name + "  " + std::to_string(set.id), {{"name", set.name}, {"id", set.id}, {"xml", set.xml}});
    }
  });
  auto* remove = command->add_subcommand("remove", "take a set out; subscriptions that name it are then answered 5012");
  auto gone = std::make_shared<std::string>();
  remove->add_option("name", *gone)->required();
  remove->callback([&session, gone] {
    need(store::OperationRunner(session.database()).run([&](const ports::OperatorReader& reader) {
      return operations::remove_shared_set(*gone, reader);
    }));
    session.print(*gone + " is removed", {{"removed", *gone}});
  });
}

}  // namespace vouchsafe::ctl
