#include "ctl/command.hpp"
#include "ctl/describe.hpp"
#include "ctl/wait.hpp"
#include "operations/authorizers.hpp"
#include "operations/suspensions.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"

#include <functional>

namespace vouchsafe::ctl {
namespace {

nlohmann::json authorizer_json(const Authorizer& a) {
  auto suspensions = nlohmann::json::array();
  const Suspension* whole = a.suspension(Session::now());
  for (const auto& s : a.suspensions) {
    if (s.in_force(Session::now())) suspensions.push_back(to_json(s));
  }
  return {{"authorizer", a.name.text()},
          {"state", whole == nullptr ? "active" : "suspended"},
          {"deregister", whole != nullptr && whole->effect == Suspension::Effect::deregisters},
          {"suspensions", suspensions},
          {"token_required", a.token_required}};
}

void list(Session& session) {
  for (const auto& a : need(store::RegistryLister(session.database()).authorizers())) {
    std::string state;
    for (const auto& s : a.suspensions) {
      if (s.in_force(Session::now())) state += (state.empty() ? "" : "; ") + to_line(s);
    }
    session.print(
        a.name.text() + "  " + (state.empty() ? "active" : state) + (a.token_required ? "  token required" : ""),
        authorizer_json(a));
  }
}

/// Takes an authorizer out, with all that was granted to it. \return how many grants that were
std::size_t take_everything_back(Session& session, const AuthorizerName& name) {
  using Reader = ports::OperatorReader;
  store::OperationRunner runner(session.database());
  std::size_t grants = 0;
  std::int64_t after = 0;
  const auto take = [&](const std::function<Result<operations::TakenBack>(const Reader&)>& operation) {
    need(runner.run([&](const Reader& reader) -> Result<ports::Writes> {
      auto batch = operation(reader);
      if (!batch) return tl::unexpected<Error>(batch.error());
      grants += batch->grants;
      after = batch->last;
      return std::move(batch->writes);
    }));
  };
  while (after >= 0)
    take([&](const Reader& reader) { return operations::take_grants_back(name, after, reader, Session::now()); });
  take([&](const Reader& reader) { return operations::remove_authorizer(name, reader); });
  return grants;
}

void remove(Session& session, const std::string& text, const WaitOption& wait) {
  const auto name = need(AuthorizerName::parse(text));
  const Suspension at_once{Suspension::Effect::deregisters, {}, Session::now(), {}, "removed"};
  const auto origin = need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operations::suspend(name, at_once, reader, Session::now());
  }));
  const std::size_t removed = take_everything_back(session, name);
  session.print(name.text() + " is removed, with " + std::to_string(removed) + " grants",
                {{"authorizer", name.text()}, {"grants_removed", removed}});
  wait.wait(session, origin);
}

}  // namespace

void add_authorizer(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("authorizer", "the operator's registry of third parties");
  command->require_subcommand(1);
  auto* add = command->add_subcommand("add", "let it be granted to");
  auto name = std::make_shared<std::string>();
  auto token = std::make_shared<bool>(false);
  add->add_option("name", *name, "host name or URI")->required();
  add->add_flag("--require-token", *token, "its vouchings count only with a signed token");
  add->callback([&session, name, token] {
    const auto authorizer = need(AuthorizerName::parse(*name));
    need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
      return operations::add_authorizer(authorizer, *token, reader);
    }));
    session.print(authorizer.text() + " is added", authorizer_json(Authorizer{authorizer, {}, *token}));
  });
  add_authorizer_set(*command, session);
  add_authorizer_key(*command, session);
  command->add_subcommand("list", "all of them, with their state")->callback([&session] { list(session); });
  add_authorizer_suspend(*command, session);
  auto* gone = command->add_subcommand("remove",
                                       "take it out, with everything granted to it; what rests on it is "
                                       "deregistered");
  auto wait = std::make_shared<WaitOption>();
  gone->add_option("name", *name, "host name or URI")->required();
  wait->add_to(*gone);
  gone->callback([&session, name, wait] { remove(session, *name, *wait); });
}

}  // namespace vouchsafe::ctl
