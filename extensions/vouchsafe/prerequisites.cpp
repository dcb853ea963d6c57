#include "prerequisites.hpp"

#include "crypto/digest.hpp"
#include "crypto/hardening.hpp"
#include "store/sql/sealing_keys.hpp"

#include <fstream>
#include <utility>

namespace vouchsafe {
namespace {

void to_daemon_log(telemetry::Level level, const std::string& line) {
  const int fd_level = level == telemetry::Level::info ? FD_LOG_NOTICE : FD_LOG_ERROR;
  fd_log(fd_level, "%s", line.c_str());
}

std::vector<ports::EventSink*> sinks_of(Telemetry& telemetry) {
  std::vector<ports::EventSink*> out = {&telemetry.decisions, &telemetry.event_log, &telemetry.rules};
  if (telemetry.audit) out.push_back(telemetry.audit.get());
  if (telemetry.metrics) out.insert(out.end(), {&telemetry.metrics->decisions(), &telemetry.metrics->occurrences()});
  return out;
}

telemetry::AuditFile audit_file(const config::Config& config) {
  return {config.audit.file, std::uint64_t{config.audit.largest_mib} << 20U, crypto::sha256};
}

/// How the audit log writes identities. \return malformed where the key is none
Result<telemetry::IdentityWriter> identity_writer(const std::string& key_file) {
  if (key_file.empty()) return [](std::string_view identity) { return std::string(identity); };
  std::ifstream file(key_file);
  std::string key;
  if (!std::getline(file, key)) return unavailable(key_file + ": cannot be read; audit.identity_key_file names it");
  if (key.size() < 32)
    return malformed(key_file + ": its first line is shorter than 32 octets; openssl rand -hex 32 makes one");
  return [key](std::string_view identity) { return "hmac:" + crypto::hmac_sha256(key, identity); };
}

store::DatabaseOptions options_of(const config::Config& config) {
  return {config.database.path, config.database.cache_kib, config.database.mmap_mib, config.database.deadline};
}

}  // namespace

Telemetry::Telemetry(std::optional<telemetry::AuditLog::Options> audited, const config::Config& config)
    : log(to_daemon_log),
      flusher(log),
      event_log(log),
      rules(config.rules, clock),
      audit(audited ? std::make_unique<telemetry::AuditLog>(audit_file(config), std::move(*audited), log) : nullptr),
      metrics(config.metrics.address.empty() ? nullptr : std::make_shared<metrics::Metrics>()),
      events(sinks_of(*this)) {}

Result<std::unique_ptr<Telemetry>> Telemetry::start(const config::Config& config) {
  auto made = make(config);
  if (!made || !(*made)->metrics) return made;
  auto exporter = metrics::Exporter::start(config.metrics.address, (*made)->metrics);
  if (!exporter)
    return unavailable(config.metrics.place + ": metrics.listen: nobody can listen on " + config.metrics.address +
                       ": " + exporter.error().detail + "; an address of this machine, and a port that is free");
  (*made)->exporter = std::move(*exporter);
  return made;
}

Result<std::unique_ptr<Telemetry>> Telemetry::make(const config::Config& config) {
  if (config.audit.file.empty()) return std::make_unique<Telemetry>(std::nullopt, config);
  auto identity = identity_writer(config.audit.identity_key_file);
  if (!identity) return tl::unexpected<Error>(identity.error());
  if (const auto writable = audit_file(config).append({}); !writable) return tl::unexpected<Error>(writable.error());
  return std::make_unique<Telemetry>(telemetry::AuditLog::Options{config.audit.accepted_every, std::move(*identity)},
                                     config);
}

Storage::Storage(const config::Config& config, ports::Publisher& events)
    : health(events), database(options_of(config), health) {}

Result<Prerequisites> prerequisites(const std::string& config_file) {
  auto config = config::load(config_file);
  if (!config) return tl::unexpected<Error>(config.error());
  if (auto served = config::serves_somebody(*config, config_file); !served)
    return tl::unexpected<Error>(served.error());
  if (auto hardened = crypto::harden(config->core_dumps); !hardened) return tl::unexpected<Error>(hardened.error());
  auto started = Telemetry::start(*config);
  if (!started) return tl::unexpected<Error>(started.error());
  auto telemetry = std::move(*started);
  auto dictionary = diameter::Dictionary::define(fd_g_config->cnf_dict, config->vendor_id);
  if (!dictionary) return tl::unexpected<Error>(dictionary.error());
  auto keys = crypto::KeyRing::load(config->database.key_file);
  if (!keys) return tl::unexpected<Error>(keys.error());
  auto storage = std::make_unique<Storage>(*config, telemetry->events);
  if (auto opened = storage->database.open(false); !opened) return tl::unexpected<Error>(opened.error());
  if (auto agreed = store::SealingKeys(storage->database, **keys).agree(); !agreed)
    return tl::unexpected<Error>(agreed.error());
  if (telemetry->metrics)
    telemetry->metrics->decisions().known_by([&database = storage->database](std::string_view name) {
      const auto registry = database.registry().get();
      return registry && registry->authorizers.by_name().contains(name);
    });
  return Prerequisites{config_file, std::move(*config), std::move(telemetry),
                       *dictionary, std::move(*keys),   std::move(storage)};
}

}  // namespace vouchsafe
