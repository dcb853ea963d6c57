#include "config/config.hpp"
#include "crypto/hardening.hpp"
#include "ctl/audit.hpp"
#include "ctl/command.hpp"
#include "domain/printable.hpp"
#include "store/sql/sealing_keys.hpp"

#include <filesystem>
#include <iostream>

namespace vouchsafe::ctl {
namespace {

constexpr const char* default_config = "/etc/freeDiameter/vouchsafe.conf";

Exit exit_for(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::not_found:
      return Exit::not_found;
    case Error::Kind::malformed:
      return Exit::usage;
    case Error::Kind::conflict:
      return Exit::conflict;
    case Error::Kind::overloaded:
    case Error::Kind::unavailable:
      break;
  }
  return Exit::failed;
}

/// The words of the command that was given: "authorizer suspend".
std::string command_of(const CLI::App& app) {
  std::string out;
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    out += (out.empty() ? "" : " ") + at->get_name();
  }
  return out;
}

/// Parses the command line, and does what it says. \return the exit code
int run(CLI::App& app, const Session& session, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return static_cast<int>(session.exit);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(Exit::usage);
  } catch (const Failure& e) {
    complain(std::string("vouchctl: ") + e.what());
    return static_cast<int>(e.code());
  } catch (const std::exception& e) {
    complain(std::string("vouchctl: ") + e.what());
    return static_cast<int>(Exit::failed);
  }
}

}  // namespace

Failure::Failure(const Error& error) : std::runtime_error(error.detail), code_(exit_for(error.kind)) {}

void Session::resolve() {
  if (config_file.empty() && std::filesystem::exists(default_config)) config_file = default_config;
  config::Config config;
  if (!config_file.empty()) config = need(config::load(config_file));
  if (database_path.empty()) database_path = config.database.path;
  if (key_path.empty()) key_path = config.database.key_file;
}

store::Database& Session::database(bool create) {
  if (!database_) {
    resolve();
    // An import fills caches that an HSS would not need.
    store::DatabaseOptions options{database_path, 64 * 1024, 1024, std::chrono::seconds{30}};
    database_ = std::make_unique<store::Database>(std::move(options), health_);
    need(database_->open(create));
  }
  return *database_;
}

crypto::KeyRing& Session::keys() {
  if (!keys_) {
    resolve();
    auto loaded = need(crypto::KeyRing::load(key_path));
    need(store::SealingKeys(database(), *loaded).agree());
    keys_ = std::move(loaded);
  }
  return *keys_;
}

void Session::warn(const std::string& line) const { complain("note: " + line); }

std::uint32_t Session::renew_keys() {
  crypto::KeyRing& ring = keys();
  need(store::SealingKeys(database(), ring).agree());
  return ring.seals_with();
}

std::string json_text(const nlohmann::json& object, int indent) {
  return object.dump(indent, ' ', true, nlohmann::json::error_handler_t::replace);
}

void complain(const std::string& line) { std::cerr << printable(line) << '\n'; }

void Session::print(const std::string& line, const nlohmann::json& object) const {
  std::cout << (json ? json_text(object) : printable(line)) << '\n';
}

}  // namespace vouchsafe::ctl

int main(int argc, char** argv) {
  using namespace vouchsafe::ctl;
  if (const auto hardened = vouchsafe::crypto::harden(false); !hardened) {
    complain("vouchctl: " + hardened.error().detail);
    return static_cast<int>(Exit::failed);
  }
  Session session;
  CLI::App app{"vouchctl provisions and inspects a vouchsafe HSS. It works on the database beside the running daemon."};
  app.set_version_flag("--version", VOUCHSAFE_VERSION);
  app.add_option("-c,--config", session.config_file, "vouchsafe.conf, for the paths of database and key file");
  app.add_option("-d,--database", session.database_path, "database file, instead of the configuration's");
  app.add_option("-k,--key-file", session.key_path, "key file, instead of the configuration's");
  app.add_flag("--json", session.json, "print JSON, one object a line");
  app.add_option("--reason", session.reason, "why this is done, for the audit log");
  app.require_subcommand(1);
  app.fallthrough();
  add_init(app, session);
  add_import(app, session);
  add_update(app, session);
  add_export(app, session);
  add_subscriber(app, session);
  add_authorizer(app, session);
  add_token(app, session);
  add_grant(app, session);
  add_registrations(app, session);
  add_ifc(app, session);
  add_as(app, session);
  add_outbox(app, session);
  add_subscriptions(app, session);
  add_rekey(app, session);
  add_check_config(app, session);
  add_dictionary(app, session);
  add_audit(app, session);
  AuditedAct act;
  app.parse_complete_callback([&] { act.begin(session, command_of(app), {argv + 1, argv + argc}); });
  const int code = run(app, session, argc, argv);
  act.end(code);
  return code;
}
