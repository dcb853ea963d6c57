#include "ctl/command.hpp"
#include "store/registry.hpp"

namespace vouchsafe::ctl {
namespace {

nlohmann::json to_json(const Authorizer& a) {
  const bool active = a.state == Authorizer::State::active;
  return {
      {"authorizer", a.name.text()}, {"state", active ? "active" : "suspended"}, {"token_required", a.token_required}};
}

void list(Session& session) {
  for (const auto& a : need(store::Registry(session.database()).authorizers())) {
    const bool active = a.state == Authorizer::State::active;
    session.print(a.name.text() + (active ? "  active" : "  suspended") + (a.token_required ? "  token required" : ""),
                  to_json(a));
  }
}

using Act = void (*)(Session&, const AuthorizerName&);

void suspend(Session& session, const AuthorizerName& name) {
  need(store::Registry(session.database()).set_suspended(name, true));
  session.print(name.text() + " is suspended: it vouches for nobody",
                {{"authorizer", name.text()}, {"state", "suspended"}});
}

void resume(Session& session, const AuthorizerName& name) {
  need(store::Registry(session.database()).set_suspended(name, false));
  session.print(name.text() + " is active", {{"authorizer", name.text()}, {"state", "active"}});
}

void remove(Session& session, const AuthorizerName& name) {
  const std::size_t grants = need(store::Registry(session.database()).remove_authorizer(name));
  session.print(name.text() + " is removed, with " + std::to_string(grants) + " grants",
                {{"authorizer", name.text()}, {"grants_removed", grants}});
}

void add_act(CLI::App& parent, Session& session, const char* name, const char* text, Act act) {
  auto* command = parent.add_subcommand(name, text);
  auto authorizer = std::make_shared<std::string>();
  command->add_option("name", *authorizer, "host name or URI")->required();
  command->callback([&session, authorizer, act] { act(session, need(AuthorizerName::parse(*authorizer))); });
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
    need(store::Registry(session.database()).add_authorizer(authorizer, *token));
    session.print(authorizer.text() + " is added", to_json({authorizer, Authorizer::State::active, *token}));
  });
  command->add_subcommand("list", "all of them, with their state")->callback([&session] { list(session); });
  add_act(*command, session, "suspend", "it vouches for nobody until resumed", suspend);
  add_act(*command, session, "resume", "end a suspension", resume);
  add_act(*command, session, "remove", "take it out, with everything granted to it", remove);
}

}  // namespace vouchsafe::ctl
