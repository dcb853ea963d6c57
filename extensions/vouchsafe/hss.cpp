#include "hss.hpp"

#include "crypto/hardening.hpp"
#include "store/sql/sealing_keys.hpp"

namespace vouchsafe {
namespace {

cx::Settings settings_of(const config::Config& config) {
  return {config.policy, config.max_vectors, config.challenge_lifetime};
}

store::DatabaseOptions options_of(const config::Config& config) {
  return {config.database.path, config.database.cache_kib, config.database.mmap_mib, config.database.deadline};
}

delegation::OutboxOptions outbox_options_of(const config::Config& config) {
  delegation::OutboxOptions out;
  out.window = config.outbox.window;
  out.rate = config.outbox.rate;
  out.tries = config.outbox.tries;
  out.first_retry = config.outbox.first_retry;
  out.longest_retry = config.outbox.longest_retry;
  out.keep = config.outbox.keep;
  return out;
}

hardening::GuardOptions guard_options_of(const config::Config& config) {
  const auto& wanted = config.hardening;
  hardening::GuardOptions out{config.vendor_id,
                              diameter::row_of(diameter::Application::cx).id,
                              {},
                              wanted.judge,
                              wanted.keep_idle_peers,
                              wanted.no_delay,
                              wanted.silent,
                              wanted.hold};
  for (const auto& row : hardening::rule_rows) {
    if (wanted.without.contains(std::string(row.key))) out.without.add(row.rule);
  }
  return out;
}

void to_daemon_log(telemetry::Level level, const std::string& line) {
  const int fd_level = level == telemetry::Level::info ? FD_LOG_NOTICE : FD_LOG_ERROR;
  fd_log(fd_level, "%s", line.c_str());
}

}  // namespace

Hss::Hss(std::string config_file, const config::Config& config)
    : config_file_(std::move(config_file)),
      log_(to_daemon_log),
      flusher_(log_),
      decisions_(log_),
      health_(log_),
      database_(options_of(config), health_),
      memory_(clock_, config.delegation.vouching_lifetime, config.delegation.vouching_limit),
      settings_(settings_of(config)) {}

Result<void> Hss::open(const config::Config& config) {
  auto dictionary = diameter::Dictionary::define(fd_g_config->cnf_dict, config.vendor_id);
  if (!dictionary) return tl::unexpected<Error>(dictionary.error());
  dictionary_ = *dictionary;
  auto keys = crypto::KeyRing::load(config.database.key_file);
  if (!keys) return tl::unexpected<Error>(keys.error());
  keys_ = std::move(*keys);
  if (auto opened = database_.open(false); !opened) return opened;
  if (auto agreed = store::SealingKeys(database_, *keys_).agree(); !agreed) return agreed;

  if (auto served = config::serves_somebody(config, config_file_); !served) return served;
  speakers_.emplace(policy(), std::string(fd_g_config->cnf_diamid, fd_g_config->cnf_diamid_len), *dictionary_, log_);
  authentication_.emplace(*keys_, log_);
  context_.emplace(
      cx::Context{memory_, *authentication_, profiles_, clock_, settings_, supported_features(config.vendor_id)});
  sh_context_.emplace(sh::Context{documents_, clock_, config.sh_largest_update});
  reader_.emplace(database_);
  checkpointer_ = std::make_unique<store::Checkpointer>(database_);
  committer_ = std::make_unique<store::SqlCommitter>(
      database_, log_, store::SqlCommitter::Limits{config.database.queue, config.database.batch});
  try {
    guard_.emplace(log_, guard_options_of(config));
    guard_->start();
    core_hooks_.start(log_);
    server_ = std::make_unique<diameter::CxServer>(
        diameter::CxPorts{*context_, *reader_, *committer_, log_, decisions_}, *dictionary_, *speakers_);
    server_->start();
    sh_server_ = std::make_unique<diameter::ShServer>(
        diameter::ShPorts{*sh_context_, *reader_, *committer_, log_, decisions_}, *dictionary_, *speakers_);
    sh_server_->start();
    addressee_.emplace(policy(), log_);
    addressee_->start();
    outbox_.emplace(database_);
    messenger_.emplace(*dictionary_, *reader_, *context_, *sh_context_, log_, config.outbox.timeout);
    dispatcher_ = std::make_unique<delegation::OutboxDispatcher>(
        delegation::OutboxPorts{*outbox_, *committer_, *messenger_, clock_, log_, policy()}, outbox_options_of(config));
  } catch (const std::exception& e) {
    return unavailable(std::string("freeDiameter refused a handler or a hook: ") + e.what());
  }
  log_.write(ports::Message::started, {VOUCHSAFE_VERSION, config.database.path});
  apply_monitoring();
  return {};
}

Result<std::unique_ptr<Hss>> Hss::start(const std::string& config_file) {
  const auto config = config::load(config_file);
  if (!config) return tl::unexpected<Error>(config.error());
  if (auto hardened = crypto::harden(config->core_dumps); !hardened) return tl::unexpected<Error>(hardened.error());
  std::unique_ptr<Hss> hss(new Hss(config_file, *config));
  if (auto opened = hss->open(*config); !opened) return tl::unexpected<Error>(opened.error());
  return hss;
}

Hss::~Hss() {
  if (dispatcher_) log_.write(ports::Message::stopped, {decisions_.summary(), dispatcher_->summary()});
  if (guard_) log_.write(ports::Message::guarded, {guard_->summary()});
  // Handlers and the dispatcher go first, so that nothing new arrives; the committer then ends what it holds, through
  // them.
  if (server_) server_->stop();
  if (sh_server_) sh_server_->stop();
  if (dispatcher_) dispatcher_->stop();
  messenger_.reset();  // its deadlines tell the dispatcher
  committer_.reset();
}

void Hss::apply_monitoring() {
  for (const auto& line : settings_.get()->policy.not_enforced()) log_.write(ports::Message::not_enforced, {line});
  OutboxEntry review = review_entry(0, "what is monitored may have changed", clock_.now());
  review.body = MonitoredReview{};
  review.due = review.created.time_since_epoch();
  dispatcher_->ask(std::move(review));
}

void Hss::reload() noexcept {
  try {
    const auto config = config::load(config_file_);
    if (!config) {
      log_.write(ports::Message::bad_configuration, {config.error().detail});
      return;
    }
    if (const auto served = config::serves_somebody(*config, config_file_); !served) {
      log_.write(ports::Message::bad_configuration, {served.error().detail});
      return;
    }
    settings_.replace(settings_of(*config));
    memory_.set_lifetime(config->delegation.vouching_lifetime);
    log_.write(ports::Message::reloaded, {config_file_, decisions_.summary(), dispatcher_->summary()});
    if (guard_) log_.write(ports::Message::guarded, {guard_->summary()});
    apply_monitoring();
  } catch (const std::exception& e) {
    log_.write(ports::Message::bad_configuration, {e.what()});
  }
}

}  // namespace vouchsafe
