#pragma once

#include "config/config.hpp"
#include "crypto/key_ring.hpp"
#include "delegation/rule_watch.hpp"
#include "diameter/dictionary.hpp"
#include "domain/result.hpp"
#include "metrics/exporter.hpp"
#include "metrics/metrics.hpp"
#include "store/sqlite/database.hpp"
#include "system_clock.hpp"
#include "telemetry/audit_log.hpp"
#include "telemetry/decision_counts.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/log.hpp"
#include "telemetry/log_flusher.hpp"
#include "telemetry/sinks.hpp"

#include <memory>
#include <optional>
#include <string>

namespace vouchsafe {

/// The log, and everybody who hears of events.
struct Telemetry {
  /// \return unavailable or malformed where the audit log that is asked for cannot be written, or the metrics cannot be
  /// had where they are wanted
  static Result<std::unique_ptr<Telemetry>> start(const config::Config& config);
  explicit Telemetry(std::optional<telemetry::AuditLog::Options> audited, const config::Config& config);
  telemetry::LineLog log;
  telemetry::LogFlusher flusher;
  telemetry::DecisionCounts decisions;
  telemetry::EventLog event_log;
  SystemClock clock;
  delegation::RuleWatch rules;
  std::unique_ptr<telemetry::AuditLog> audit;   ///< nullptr: there is none
  std::shared_ptr<metrics::Metrics> metrics;    ///< nullptr: there are none
  std::unique_ptr<metrics::Exporter> exporter;  ///< of them
  telemetry::Sinks events;

 private:
  static Result<std::unique_ptr<Telemetry>> make(const config::Config& config);
};

/// The database, and who says when it cannot be used.
struct Storage {
  Storage(const config::Config& config, ports::Publisher& events);
  store::Health health;
  store::Database database;
};

/// What an HSS needs before it can be made, and what can be wrong with it: read, opened, and found to fit together.
struct Prerequisites {
  std::string config_file;
  config::Config config;
  std::unique_ptr<Telemetry> telemetry;
  diameter::Dictionary dictionary;
  std::unique_ptr<crypto::KeyRing> keys;
  std::unique_ptr<Storage> storage;
};

/// \return malformed or unavailable, with the file and line where it is the configuration, and with what to mend
Result<Prerequisites> prerequisites(const std::string& config_file);

}  // namespace vouchsafe
