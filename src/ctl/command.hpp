#pragma once

#include "crypto/key_ring.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"
#include "store/sqlite/database.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/log.hpp"
#include "telemetry/sinks.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace vouchsafe::ctl {

/// Exit codes, as the manual page lists them.
enum class Exit : int {
  ok = 0,
  failed = 1,     ///< the database, a key or a file could not be used
  usage = 2,      ///< the command line, an identity or a time is wrong
  partly = 3,     ///< an import left lines out, or a revoked key was not taken
  not_found = 4,  ///< there is no such thing
  conflict = 5,   ///< it is there already
};

/// An Error on its way to the exit code; caught in main().
class Failure : public std::runtime_error {
 public:
  Failure(Exit code, const std::string& text) : std::runtime_error(text), code_(code) {}
  explicit Failure(const Error& error);
  [[nodiscard]] Exit code() const { return code_; }

 private:
  Exit code_;
};

/// The value, or a Failure.
template <class T>
T need(Result<T>&& result) {
  if (!result) throw Failure(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// JSON for a terminal or a file, in ASCII: \uNNNN stands for anything else, and U+FFFD for what is no UTF-8.
std::string json_text(const nlohmann::json& object, int indent = -1);

/// A line on standard error; what would steer a terminal is escaped.
void complain(const std::string& line);

/// What every command shares: the options before it, and what they lead to.
class Session {
 public:
  std::string config_file;
  std::string database_path;
  std::string key_path;
  bool json = false;
  std::string reason;  ///< why, for the audit log
  Exit exit = Exit::ok;

  /// Fills the paths from the configuration where the command line has none. Throws Failure.
  void resolve();
  /// The database, opened once; \param create makes it
  store::Database& database(bool create = false);
  /// The keys, read once, and compared with the database's account of them. Throws Failure.
  crypto::KeyRing& keys();
  /// Reads and compares them again: a rekey may have gone on. \return the number of the key that seals now
  std::uint32_t renew_keys();

  [[nodiscard]] static Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

  /// What the caller should know, though it worked: a line on standard error.
  void warn(const std::string& line) const;

  /// One thing to print: a line for people, an object for machines. Names in it may have come from a peer: what would
  /// steer a terminal is escaped in both.
  void print(const std::string& line, const nlohmann::json& object) const;

 private:
  telemetry::LineLog log_{[](telemetry::Level, const std::string& line) { std::cerr << line << '\n'; }};
  telemetry::EventLog event_log_{log_};
  telemetry::Sinks events_{{&event_log_}};
  store::Health health_{events_};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<crypto::KeyRing> keys_;
};

void add_init(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_update(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_subscriber(CLI::App& app, Session& session);
void add_authorizer(CLI::App& app, Session& session);
/// Parts of `authorizer`, in files of their own.
void add_authorizer_key(CLI::App& authorizer, Session& session);
void add_authorizer_set(CLI::App& authorizer, Session& session);
void add_authorizer_suspend(CLI::App& authorizer, Session& session);
void add_token(CLI::App& app, Session& session);
void add_grant(CLI::App& app, Session& session);
void add_registrations(CLI::App& app, Session& session);
void add_ifc(CLI::App& app, Session& session);
void add_as(CLI::App& app, Session& session);
void add_outbox(CLI::App& app, Session& session);
void add_subscriptions(CLI::App& app, Session& session);
void add_rekey(CLI::App& app, Session& session);
void add_check_config(CLI::App& app, Session& session);
void add_dictionary(CLI::App& app, Session& session);
void add_audit(CLI::App& app, Session& session);

}  // namespace vouchsafe::ctl
