#include "ctl/command.hpp"
#include "ctl/wait.hpp"
#include "operations/authorizers.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"

#include <functional>

namespace vouchsafe::ctl {
namespace {

std::string_view state_name(Authorizer::State state) {
  switch (state) {
    case Authorizer::State::active:
      return "active";
    case Authorizer::State::held:
      return "suspended (hold)";
    case Authorizer::State::suspended:
      return "suspended (deregister)";
  }
  return "";
}

nlohmann::json to_json(const Authorizer& a) {
  return {{"authorizer", a.name.text()},
          {"state", a.state == Authorizer::State::active ? "active" : "suspended"},
          {"deregister", a.state == Authorizer::State::suspended},
          {"token_required", a.token_required}};
}

void list(Session& session) {
  for (const auto& a : need(store::RegistryLister(session.database()).authorizers())) {
    session.print(
        a.name.text() + "  " + std::string(state_name(a.state)) + (a.token_required ? "  token required" : ""),
        to_json(a));
  }
}

/// What the acts on one authorizer share.
struct ActOptions {
  std::string name;
  bool deregister = false;
  WaitOption wait;
};
using Act = std::int64_t (*)(Session&, const AuthorizerName&, const ActOptions&);

/// \return the origin of what follows
std::int64_t set_state(Session& session, const AuthorizerName& name, Authorizer::State state) {
  return need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operations::set_state(name, state, reader, Session::now());
  }));
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

std::int64_t suspend(Session& session, const AuthorizerName& name, const ActOptions& options) {
  const auto state = options.deregister ? Authorizer::State::suspended : Authorizer::State::held;
  const auto origin = set_state(session, name, state);
  session.print(name.text() + " is suspended: it vouches for nobody" +
                    (options.deregister ? ", and what rests on it is deregistered" : ""),
                {{"authorizer", name.text()}, {"state", "suspended"}, {"deregister", options.deregister}});
  return origin;
}

std::int64_t resume(Session& session, const AuthorizerName& name, const ActOptions&) {
  const auto origin = set_state(session, name, Authorizer::State::active);
  session.print(name.text() + " is active", {{"authorizer", name.text()}, {"state", "active"}});
  return origin;
}

std::int64_t remove(Session& session, const AuthorizerName& name, const ActOptions&) {
  const auto origin = set_state(session, name, Authorizer::State::suspended);
  const std::size_t removed = take_everything_back(session, name);
  session.print(name.text() + " is removed, with " + std::to_string(removed) + " grants",
                {{"authorizer", name.text()}, {"grants_removed", removed}});
  return origin;
}

CLI::App& add_act(CLI::App& parent, Session& session, const std::shared_ptr<ActOptions>& options, const char* name,
                  const char* text, Act act) {
  auto* command = parent.add_subcommand(name, text);
  command->add_option("name", options->name, "host name or URI")->required();
  options->wait.add_to(*command);
  command->callback([&session, options, act] {
    const auto origin = act(session, need(AuthorizerName::parse(options->name)), *options);
    options->wait.wait(session, origin);
  });
  return *command;
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
    session.print(authorizer.text() + " is added", to_json({authorizer, Authorizer::State::active, *token}));
  });
  add_authorizer_set(*command, session);
  add_authorizer_key(*command, session);
  command->add_subcommand("list", "all of them, with their state")->callback([&session] { list(session); });
  auto options = std::make_shared<ActOptions>();
  add_act(*command, session, options, "suspend", "it vouches for nobody until resumed", suspend)
      .add_flag("--deregister", options->deregister, "deregister what rests on it, at once");
  add_act(*command, session, options, "resume", "end a suspension", resume);
  add_act(*command, session, options, "remove",
          "take it out, with everything granted to it; what rests on it is deregistered", remove);
}

}  // namespace vouchsafe::ctl
