#pragma once

#include "config/config.hpp"
#include "ctl/command.hpp"
#include "telemetry/audit_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vouchsafe::ctl {

/// The audit log that a configuration asks for, if any.
std::optional<telemetry::AuditFile> audit_file(const config::Config& config);

/// What somebody does by vouchctl, in the audit log: before it is done, so that nothing is done without, and how it
/// ended. Nothing for a command that changes nothing, and where the configuration has no audit log.
class AuditedAct {
 public:
  /// \param command its words, "authorizer suspend"; \param arguments as they were typed. Throws Failure where the log
  /// takes no record.
  void begin(Session& session, const std::string& command, const std::vector<std::string>& arguments);
  /// \param code the exit code. A log that takes no record now is complained of.
  void end(int code) const;

 private:
  std::optional<telemetry::AuditFile> file_;
  nlohmann::ordered_json act_;
};

}  // namespace vouchsafe::ctl
