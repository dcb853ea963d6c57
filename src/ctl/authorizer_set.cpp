#include "ctl/command.hpp"
#include "operations/authorizer_keys.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"

#include <sstream>

namespace vouchsafe::ctl {
namespace {

/// What is given, of what can be set.
struct SetOptions {
  std::string name;
  std::optional<bool> require_token;
  std::optional<std::string> issuer;
  std::optional<std::string> algorithms;
  std::optional<std::string> impi_claim;
  std::optional<std::string> impu_claim;
  std::optional<bool> access_token;
  std::optional<std::string> reuse;
};

TokenAlgorithms algorithms_in(const std::string& text) {
  TokenAlgorithms out;
  std::istringstream names(text);
  for (std::string name; std::getline(names, name, ',');) {
    const auto algorithm = token_algorithm_named(name);
    if (!algorithm)
      throw Failure(Exit::usage,
                    name + " is none of ES256, ES384, PS256, RS256 and EdDSA; write them with commas between");
    out.add(*algorithm);
  }
  return out;
}

bool once(const std::string& reuse) {
  if (reuse != "once" && reuse != "until_expiry") throw Failure(Exit::usage, "--reuse is once or until_expiry");
  return reuse == "once";
}

/// What is given, read before anything is asked of the database.
struct Given {
  std::optional<TokenAlgorithms> algorithms;
  std::optional<bool> once;
};

TokenRules changed(TokenRules rules, const SetOptions& options, const Given& given) {
  if (options.issuer) rules.issuer = *options.issuer;
  if (given.algorithms) rules.algorithms = *given.algorithms;
  if (options.impi_claim) rules.impi_claim = *options.impi_claim;
  if (options.impu_claim) rules.impu_claim = *options.impu_claim;
  if (options.access_token) rules.access_token = *options.access_token;
  if (given.once) rules.once = *given.once;
  return rules;
}

std::string algorithms_text(const TokenAlgorithms& algorithms) {
  std::string out;
  for (const auto& row : token_algorithm_rows) {
    if (algorithms.has(row.algorithm)) out += (out.empty() ? "" : ",") + std::string(row.name);
  }
  return out;
}

std::string or_none(const std::string& claim) { return claim.empty() ? "none" : claim; }

void show(Session& session, const Authorizer& authorizer) {
  const TokenRules& rules = authorizer.token_rules();
  const std::string& issuer = rules.issuer.empty() ? authorizer.name.text() : rules.issuer;
  const std::string reuse = rules.once ? "once" : "until_expiry";
  const std::string algorithms = algorithms_text(rules.algorithms);
  session.print(authorizer.name.text() + "  " + (authorizer.token_required ? "token required" : "token not required") +
                    "  iss " + issuer + "  " + algorithms + "  IMPI in " + or_none(rules.impi_claim) + "  IMPU in " +
                    or_none(rules.impu_claim) + (rules.access_token ? "  at+jwt" : "") + "  reuse " + reuse,
                {{"authorizer", authorizer.name.text()},
                 {"token_required", authorizer.token_required},
                 {"issuer", issuer},
                 {"algorithms", algorithms},
                 {"impi_claim", rules.impi_claim},
                 {"impu_claim", rules.impu_claim},
                 {"access_token", rules.access_token},
                 {"reuse", reuse}});
}

void set(Session& session, const SetOptions& options) {
  const auto name = need(AuthorizerName::parse(options.name));
  Given given;
  if (options.algorithms) given.algorithms = algorithms_in(*options.algorithms);
  if (options.reuse) given.once = once(*options.reuse);
  Authorizer after{name};
  need(store::OperationRunner(session.database())
           .run([&](const ports::SubscriberReader& reader) -> Result<ports::Writes> {
             const auto known = reader.authorizers();
             if (!known) return tl::unexpected<Error>(known.error());
             const Authorizer* there = (*known)->find(name);
             after = there != nullptr ? *there : Authorizer{name};
             after.token_required = options.require_token.value_or(after.token_required);
             after.tokens = std::make_shared<const TokenRules>(changed(after.token_rules(), options, given));
             return operations::set_tokens(name, after.token_required, *after.tokens, reader);
           }));
  show(session, after);
}

}  // namespace

void add_authorizer_set(CLI::App& authorizer, Session& session) {
  const auto options = std::make_shared<SetOptions>();
  auto* command = authorizer.add_subcommand("set", "how its tokens are read; what is not given stays");
  command->add_option("name", options->name, "host name or URI")->required();
  command->add_option("--require-token", options->require_token, "its vouchings count only with a signed token");
  command->add_option("--issuer", options->issuer, "its iss; empty: its name");
  command->add_option("--algorithms", options->algorithms, "which it may use, with commas between");
  command->add_option("--impi-claim", options->impi_claim, "the claim that holds the IMPI; empty: none does");
  command->add_option("--impu-claim", options->impu_claim, "the claim that holds the IMPU; empty: none does");
  command->add_option("--access-token", options->access_token, "its typ must be at+jwt");
  command->add_option("--reuse", options->reuse, "until_expiry: for the same client until it ends; once: once");
  command->callback([&session, options] { set(session, *options); });
}

}  // namespace vouchsafe::ctl
