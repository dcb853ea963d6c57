#include "crypto/public_key.hpp"
#include "ctl/command.hpp"
#include "ctl/fetch.hpp"
#include "ctl/text_file.hpp"
#include "ctl/wait.hpp"
#include "operations/authorizer_keys.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"

#include <algorithm>

namespace vouchsafe::ctl {
namespace {

struct KeyOptions {
  std::string name;
  std::string kid;
  std::string file;
  std::string url;
  std::string ca_file;
  std::string since;
  bool retire_others = false;
  bool deregister = false;
  WaitOption wait;
};
using Options = std::shared_ptr<KeyOptions>;

std::string_view state_name(TokenKey::State state) {
  switch (state) {
    case TokenKey::State::active:
      return "active";
    case TokenKey::State::retired:
      return "retired";
    case TokenKey::State::revoked:
      return "revoked";
  }
  return "";
}

std::string joined(const std::vector<std::string>& kids) {
  std::string out;
  for (const auto& kid : kids) out += (out.empty() ? "" : ", ") + kid;
  return out;
}

/// \param only the name of a single key that brings none, or of the one that is wanted
std::vector<TokenKey> keys_in(const std::string& text, const std::string& only) {
  const auto keys = need(crypto::read_keys(text));
  std::vector<TokenKey> out;
  for (const auto& key : keys) {
    TokenKey one{key.kid(), key.jwk(), need(key.thumbprint())};
    if (one.kid.empty()) one.kid = keys.size() == 1 && !only.empty() ? only : one.thumbprint;
    if (one.kid.size() > 255) throw Failure(Exit::usage, "a kid has at most 255 octets");
    if (only.empty() || one.kid == only) out.push_back(std::move(one));
  }
  if (out.empty()) throw Failure(Exit::not_found, "there is no key " + only);
  return out;
}

void add(Session& session, const KeyOptions& options) {
  const auto name = need(AuthorizerName::parse(options.name));
  if (options.file.empty() == options.url.empty()) throw Failure(Exit::usage, "give a file, or --jwks-url");
  const std::string text = options.url.empty() ? read_text(options.file) : fetch(options.url, options.ca_file);
  const auto keys = keys_in(text, options.kid);
  operations::KeysAdded added;
  need(store::OperationRunner(session.database())
           .run([&](const ports::SubscriberReader& reader) -> Result<ports::Writes> {
             auto done = operations::add_keys(name, keys, options.retire_others, reader, Session::now());
             if (!done) return tl::unexpected<Error>(done.error());
             added = std::move(*done);
             return added.writes;
           }));
  for (const auto& kid : added.refused) session.warn("the key " + kid + " was revoked, and stays so");
  const std::string rest = (added.known.empty() ? "" : "; there already: " + joined(added.known)) +
                           (added.retired.empty() ? "" : "; retired: " + joined(added.retired));
  session.print(name.text() + ": added: " + (added.added.empty() ? "none" : joined(added.added)) + rest,
                {{"authorizer", name.text()},
                 {"added", added.added},
                 {"known", added.known},
                 {"retired", added.retired},
                 {"refused", added.refused}});
  if (!added.refused.empty()) session.exit = Exit::partly;
}

nlohmann::json to_json(const TokenKey& key) {
  nlohmann::json out{{"kid", key.kid},
                     {"state", state_name(key.state)},
                     {"added", to_rfc3339(key.added)},
                     {"thumbprint", key.thumbprint},
                     {"jwk", nlohmann::json::parse(key.jwk)}};
  if (key.state != TokenKey::State::revoked) return out;
  out["since"] = to_rfc3339(key.revoked_since);
  out["deregister"] = key.deregister;
  return out;
}

void list(Session& session, const KeyOptions& options) {
  const auto name = need(AuthorizerName::parse(options.name));
  const auto all = need(store::RegistryLister(session.database()).authorizers());
  const auto found = std::find_if(all.begin(), all.end(), [&](const Authorizer& a) { return a.name == name; });
  if (found == all.end()) throw Failure(Exit::not_found, name.text() + " is not in the registry");
  for (const auto& key : found->token_rules().keys) {
    const auto read = need(crypto::PublicKey::from_jwk(key.jwk));
    const std::string since =
        key.state == TokenKey::State::revoked ? " since " + to_rfc3339(key.revoked_since) : std::string{};
    session.print(key.kid + "  " + read.kind() + "  " + std::string(state_name(key.state)) + since + "  added " +
                      to_rfc3339(key.added),
                  to_json(key));
  }
}

void retire(Session& session, const KeyOptions& options) {
  const auto name = need(AuthorizerName::parse(options.name));
  need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operations::retire_key(name, options.kid, reader);
  }));
  session.print(name.text() + ": " + options.kid + " signs nothing new",
                {{"authorizer", name.text()}, {"kid", options.kid}, {"state", "retired"}});
}

void revoke(Session& session, const KeyOptions& options) {
  const auto name = need(AuthorizerName::parse(options.name));
  const Time since = options.since.empty() ? Time{} : need(parse_rfc3339(options.since));
  const auto origin = need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operations::revoke_key(name, options.kid, since, options.deregister, reader, Session::now());
  }));
  session.print(name.text() + ": " + options.kid + " is revoked" +
                    (options.deregister ? ", and what rests on it is deregistered" : ""),
                {{"authorizer", name.text()}, {"kid", options.kid}, {"state", "revoked"}});
  options.wait.wait(session, origin);
}

CLI::App& add_act(CLI::App& parent, Session& session, const Options& options, const char* name, const char* text,
                  void (*act)(Session&, const KeyOptions&)) {
  auto* command = parent.add_subcommand(name, text);
  command->add_option("name", options->name, "the authorizer: host name or URI")->required();
  command->callback([&session, options, act] { act(session, *options); });
  return *command;
}

}  // namespace

void add_authorizer_key(CLI::App& authorizer, Session& session) {
  auto* command = authorizer.add_subcommand("key", "what an authorizer's tokens are verified with");
  command->require_subcommand(1);
  const auto options = std::make_shared<KeyOptions>();
  auto& add_command = add_act(*command, session, options, "add", "let a key sign, beside those that do", add);
  add_command.add_option("file", options->file, "a JWK, a JWK set or PEM; - for standard input");
  add_command.add_option("--jwks-url", options->url, "fetch it over https instead");
  add_command.add_option("--ca-file", options->ca_file, "certificates to trust for that, instead of the machine's");
  add_command.add_option("--kid", options->kid, "the key's name, or of a set this one alone");
  add_command.add_flag("--retire-others", options->retire_others, "keys that are not in the file sign nothing new");
  add_act(*command, session, options, "list", "all of them, with their state", list);
  add_act(*command, session, options, "retire", "it signs nothing new; what it signed stands", retire)
      .add_option("kid", options->kid, "the key")
      ->required();
  auto& revoke_command = add_act(*command, session, options, "revoke", "it was in the wrong hands", revoke);
  revoke_command.add_option("kid", options->kid, "the key")->required();
  revoke_command.add_option("--since", options->since,
                            "what it signed before counts: a time in UTC; by default nothing");
  revoke_command.add_flag("--deregister", options->deregister, "deregister what rests on it, at once");
  options->wait.add_to(revoke_command);
}

}  // namespace vouchsafe::ctl
