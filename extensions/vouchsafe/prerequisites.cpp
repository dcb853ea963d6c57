#include "prerequisites.hpp"

#include "crypto/hardening.hpp"
#include "store/sql/sealing_keys.hpp"

namespace vouchsafe {
namespace {

void to_daemon_log(telemetry::Level level, const std::string& line) {
  const int fd_level = level == telemetry::Level::info ? FD_LOG_NOTICE : FD_LOG_ERROR;
  fd_log(fd_level, "%s", line.c_str());
}

store::DatabaseOptions options_of(const config::Config& config) {
  return {config.database.path, config.database.cache_kib, config.database.mmap_mib, config.database.deadline};
}

}  // namespace

Telemetry::Telemetry() : log(to_daemon_log), flusher(log), event_log(log), events({&decisions, &event_log}) {}

Storage::Storage(const config::Config& config, ports::Publisher& events)
    : health(events), database(options_of(config), health) {}

Result<Prerequisites> prerequisites(const std::string& config_file) {
  auto config = config::load(config_file);
  if (!config) return tl::unexpected<Error>(config.error());
  if (auto hardened = crypto::harden(config->core_dumps); !hardened) return tl::unexpected<Error>(hardened.error());
  auto telemetry = std::make_unique<Telemetry>();
  auto dictionary = diameter::Dictionary::define(fd_g_config->cnf_dict, config->vendor_id);
  if (!dictionary) return tl::unexpected<Error>(dictionary.error());
  auto keys = crypto::KeyRing::load(config->database.key_file);
  if (!keys) return tl::unexpected<Error>(keys.error());
  auto storage = std::make_unique<Storage>(*config, telemetry->events);
  if (auto opened = storage->database.open(false); !opened) return tl::unexpected<Error>(opened.error());
  if (auto agreed = store::SealingKeys(storage->database, **keys).agree(); !agreed)
    return tl::unexpected<Error>(agreed.error());
  if (auto served = config::serves_somebody(*config, config_file); !served)
    return tl::unexpected<Error>(served.error());
  return Prerequisites{config_file, std::move(*config), std::move(telemetry),
                       *dictionary, std::move(*keys),   std::move(storage)};
}

}  // namespace vouchsafe
