#include "domain/token.hpp"

#include "config/config.hpp"
#include "crypto/base64url.hpp"
#include "crypto/signature.hpp"
#include "crypto/token_verifier.hpp"
#include "ctl/command.hpp"
#include "ctl/text_file.hpp"
#include "store/sql/registry_lister.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace vouchsafe::ctl {
namespace {

struct VerifyOptions {
  std::string file;
  std::string authorizer;
  std::string impi;
  std::string impu;
  std::string wwsf;
};

struct MakeOptions {
  std::string key;
  std::string algorithm;
  std::string kid;
  std::string type;
  std::string issuer;
  std::string audience;
  std::string impi;
  std::string impu;
  std::string jti;
  long long lifetime = 300;
  std::vector<std::string> claims;
};

/// A pasted token often has a line's end after it.
std::string token_in(const std::string& file) {
  std::string text = read_text(file);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Authorizer authorizer_in(Session& session, const AuthorizerName& name) {
  const auto all = need(store::RegistryLister(session.database()).authorizers());
  const auto found = std::find_if(all.begin(), all.end(), [&](const Authorizer& a) { return a.name == name; });
  if (found == all.end()) throw Failure(Exit::not_found, name.text() + " is not in the registry");
  return *found;
}

/// Tells each step, and remembers whether one failed.
class Steps {
 public:
  explicit Steps(Session& session) : session_(session) {}
  /// \return whether it is good
  bool tell(std::string_view step, const std::optional<TokenFault>& fault) {
    const std::string says = fault ? std::string(name_of(fault->reason)) + ": " + fault->detail : std::string("good");
    nlohmann::json object{{"step", step}, {"good", !fault.has_value()}};
    if (fault) object.update({{"reason", name_of(fault->reason)}, {"detail", fault->detail}});
    session_.print(std::string(step) + ": " + says, object);
    if (fault) session_.exit = Exit::failed;
    return !fault;
  }

 private:
  Session& session_;
};

TokenFault invalid(std::string detail) { return {Reason::token_invalid, std::move(detail)}; }

std::optional<std::string> mapped(const TokenClaims& claims, const std::string& name) {
  const auto* texts = name.empty() ? nullptr : claims.find(name);
  if (texts == nullptr) return std::nullopt;
  std::string out;
  for (const auto& text : *texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

void show_claims(Session& session, const ports::ParsedToken& token, const TokenRules& rules) {
  const TokenClaims& claims = token.claims;
  const auto show = [&](std::string_view what, const std::optional<std::string>& value) {
    session.print("  " + std::string(what) + ": " + value.value_or("-"),
                  {{"claim", what}, {"value", value ? nlohmann::json(*value) : nlohmann::json(nullptr)}});
  };
  const auto time = [](const std::optional<Time>& at) {
    return at ? std::optional(to_rfc3339(*at)) : std::optional<std::string>{};
  };
  show("alg", std::string(name_of(token.algorithm)));
  show("kid", token.kid);
  show("typ", claims.type);
  show("iss", claims.issuer);
  show("aud", mapped(claims, "aud"));
  show("iat", time(claims.issued));
  show("nbf", time(claims.not_before));
  show("exp", time(claims.expires));
  show("jti", claims.jti);
  show("IMPI", mapped(claims, rules.impi_claim));
  show("IMPU", mapped(claims, rules.impu_claim));
  show("WAF", mapped(claims, "3gpp-waf"));
  show("WWSF", mapped(claims, "3gpp-wwsf"));
}

/// \return whether every step is good
bool verify_signature(Steps& steps, const crypto::JwsVerifier& verifier, const ports::ParsedToken& token,
                      const TokenRules& rules) {
  const bool allowed = rules.algorithms.has(token.algorithm);
  if (!steps.tell("algorithm", allowed ? std::nullopt : std::optional(invalid("not one that the authorizer may use"))))
    return false;
  const TokenKey* key = signing_key(rules, token.kid);
  const bool known =
      steps.tell("key", key != nullptr ? std::nullopt : std::optional(invalid("kid names no active key")));
  if (!known || key == nullptr) return false;
  return steps.tell("signature", verifier.verify(token, *key));
}

void verify(Session& session, const VerifyOptions& options) {
  const auto name = need(AuthorizerName::parse(options.authorizer));
  const Impi impi = need(Impi::parse(options.impi));
  const Impu impu = need(Impu::parse(options.impu));
  std::optional<AuthorizerName> wwsf;
  if (!options.wwsf.empty()) wwsf = need(AuthorizerName::parse(options.wwsf));
  const Authorizer authorizer = authorizer_in(session, name);
  config::Config config;
  if (!session.config_file.empty()) config = need(config::load(session.config_file));
  const std::string text = token_in(options.file);
  const crypto::JwsVerifier verifier;
  const TokenRules& rules = authorizer.token_rules();
  Steps steps(session);
  const auto token = verifier.parse(text);
  if (!steps.tell("form", token ? std::nullopt : std::optional(token.error()))) return;
  show_claims(session, *token, rules);
  if (!verify_signature(steps, verifier, *token, rules)) return;
  const TokenExpectation expected{rules, config.policy.tokens, name, wwsf ? &*wwsf : nullptr, impi,
                                  impu,  Session::now()};
  for (const auto& check : claim_checks()) steps.tell(check.name, check.look(token->claims, expected));
}

std::string random_name() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 4; ++i) {
    const auto word = random();
    out.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  return crypto::to_base64url(out);
}

TokenAlgorithm algorithm_of(const crypto::SigningKey& key, const std::string& asked) {
  if (!asked.empty()) {
    const auto named = token_algorithm_named(asked);
    if (!named) throw Failure(Exit::usage, asked + " is none of ES256, ES384, PS256, RS256 and EdDSA");
    return *named;
  }
  for (const auto& row : token_algorithm_rows) {
    if (key.public_key().fits(row.algorithm)) return row.algorithm;
  }
  throw Failure(Exit::usage, "no algorithm fits the key");
}

/// "name=value": the value as JSON where it is some, else as text.
void add_claim(nlohmann::json& claims, const std::string& given) {
  const auto equals = given.find('=');
  if (equals == std::string::npos || equals == 0) throw Failure(Exit::usage, "--claim is name=value");
  const std::string value = given.substr(equals + 1);
  auto parsed = nlohmann::json::parse(value, nullptr, false);
  claims[given.substr(0, equals)] = parsed.is_discarded() ? nlohmann::json(value) : std::move(parsed);
}

void make(Session& session, const MakeOptions& options) {
  const auto key = need(crypto::SigningKey::from_pem(read_text(options.key)));
  const TokenAlgorithm algorithm = algorithm_of(key, options.algorithm);
  const auto now = Session::now().time_since_epoch().count();
  nlohmann::json header{{"alg", name_of(algorithm)},
                        {"kid", options.kid.empty() ? need(key.public_key().thumbprint()) : options.kid}};
  if (!options.type.empty()) header["typ"] = options.type;
  nlohmann::json claims{{"iat", now}, {"exp", now + options.lifetime}};
  claims["jti"] = options.jti.empty() ? random_name() : options.jti;
  for (const auto& [name, value] : {std::pair("iss", &options.issuer), std::pair("aud", &options.audience),
                                    std::pair("impi", &options.impi), std::pair("impu", &options.impu)}) {
    if (!value->empty()) claims[name] = *value;
  }
  for (const auto& claim : options.claims) add_claim(claims, claim);
  const std::string text = crypto::to_base64url(header.dump()) + "." + crypto::to_base64url(claims.dump());
  const std::string token = text + "." + crypto::to_base64url(need(key.sign(algorithm, text)));
  session.print(token, {{"token", token}});
}

}  // namespace

void add_token(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("token", "explain a signed token, or make one to test with");
  command->require_subcommand(1);
  const auto wanted = std::make_shared<VerifyOptions>();
  auto* verify_command = command->add_subcommand("verify", "each step that the HSS would take, and the claims");
  verify_command->add_option("file", wanted->file, "the token; - for standard input")->required();
  verify_command->add_option("--authorizer", wanted->authorizer, "whose it is said to be")->required();
  verify_command->add_option("--impi", wanted->impi, "for whom it is shown")->required();
  verify_command->add_option("--impu", wanted->impu, "for whom it is shown")->required();
  verify_command->add_option("--wwsf", wanted->wwsf, "the WWSF that it comes through");
  verify_command->callback([&session, wanted] {
    session.resolve();
    verify(session, *wanted);
  });
  const auto made = std::make_shared<MakeOptions>();
  auto* make_command = command->add_subcommand("make", "sign a token by a test key");
  make_command->add_option("--key", made->key, "a private key in PEM")->required();
  make_command->add_option("--alg", made->algorithm, "by default the first that fits the key");
  make_command->add_option("--kid", made->kid, "by default the key's thumbprint");
  make_command->add_option("--typ", made->type, "JWT or at+jwt, say");
  make_command->add_option("--iss", made->issuer, "the authorizer");
  make_command->add_option("--aud", made->audience, "the operator");
  make_command->add_option("--impi", made->impi, "the claim impi");
  make_command->add_option("--impu", made->impu, "the claim impu");
  make_command->add_option("--jti", made->jti, "by default a random one");
  make_command->add_option("--lifetime", made->lifetime, "seconds from now to exp; below 0 it is over");
  make_command->add_option("--claim", made->claims, "name=value, in the place of one of that name");
  make_command->callback([&session, made] { make(session, *made); });
}

}  // namespace vouchsafe::ctl
