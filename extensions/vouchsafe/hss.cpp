#include "hss.hpp"

namespace vouchsafe {
namespace {

cx::Settings settings_of(const config::Config& config) {
  return {config.policy, config.max_vectors, config.challenge_lifetime};
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

ports::AnswerMeter* meter_of(const Telemetry& telemetry) {
  return telemetry.metrics ? &telemetry.metrics->answers() : nullptr;
}

std::string own_identity() { return {fd_g_config->cnf_diamid, fd_g_config->cnf_diamid_len}; }

hardening::GuardOptions guard_options_of(const config::Config& config) {
  const auto& wanted = config.hardening;
  hardening::GuardOptions out{config.vendor_id,
                              diameter::row_of(diameter::Application::cx).id,
                              {},
                              wanted.judge,
                              wanted.keep_idle_peers,
                              wanted.no_delay,
                              wanted.silent,
                              wanted.hold,
                              wanted.window,
                              wanted.trim,
                              wanted.stop};
  for (const auto& row : hardening::rule_rows) {
    if (wanted.without.contains(std::string(row.key))) out.without.add(row.rule);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Hss>> Hss::start(const std::string& config_file) {
  auto given = prerequisites(config_file);
  if (!given) return tl::unexpected<Error>(given.error());
  try {
    return std::make_unique<Hss>(std::move(*given));
  } catch (const std::exception& e) {
    return unavailable(std::string("freeDiameter refused a handler or a hook: ") + e.what());
  }
}

Hss::Hss(Prerequisites given)
    : given_(std::move(given)),
      settings_(settings_of(given_.config)),
      memory_(clock_, given_.config.delegation.vouching_lifetime, given_.config.delegation.vouching_limit),
      shown_tokens_(given_.config.tokens.limit),
      tokens_(verifier_, shown_tokens_, clock_, given_.telemetry->log, given_.config.tokens.cache),
      authentication_(*given_.keys, given_.telemetry->log),
      cx_{memory_,
          authentication_,
          profiles_,
          clock_,
          settings_,
          tokens_,
          given_.telemetry->rules,
          supported_features(given_.config.vendor_id)},
      sh_{documents_, clock_, given_.config.sh_largest_update},
      reader_(given_.storage->database),
      outbox_(given_.storage->database),
      checkpointer_(given_.storage->database),
      committer_(given_.storage->database, given_.telemetry->log,
                 {given_.config.database.queue, given_.config.database.batch}),
      guard_(given_.telemetry->log, guard_options_of(given_.config)),
      core_hooks_(given_.telemetry->log, given_.telemetry->events),
      speakers_(policy(), own_identity(), given_.dictionary, given_.telemetry->log),
      cx_server_(
          {cx_, reader_, committer_, given_.telemetry->log, given_.telemetry->events, meter_of(*given_.telemetry)},
          given_.dictionary, speakers_),
      sh_server_(
          {sh_, reader_, committer_, given_.telemetry->log, given_.telemetry->events, meter_of(*given_.telemetry)},
          given_.dictionary, speakers_),
      addressee_(policy(), given_.telemetry->log),
      messenger_(given_.dictionary, reader_, cx_, sh_, given_.telemetry->log, given_.config.outbox.timeout),
      registered_(*this),
      dispatcher_({outbox_, committer_, messenger_, clock_, given_.telemetry->log, given_.telemetry->events, policy()},
                  outbox_options_of(given_.config)),
      rule_actor_(given_.telemetry->rules, committer_, given_.telemetry->events, clock_, given_.telemetry->log) {
  given_.telemetry->log.write(
      ports::message::started{.version = VOUCHSAFE_VERSION, .database = given_.config.database.path});
  configured(When::at_start);
  if (given_.telemetry->metrics) given_.telemetry->metrics->read_by([this] { return state(); });
}

Hss::Registered::Registered(Hss& parts) {
  parts.guard_.start();
  parts.core_hooks_.start();
  parts.cx_server_.start();
  parts.sh_server_.start();
  parts.addressee_.start();
}

Hss::~Hss() {
  if (given_.telemetry->metrics) given_.telemetry->metrics->read_by(nullptr);
  given_.telemetry->log.write(
      ports::message::stopped{.decisions = given_.telemetry->decisions.summary(), .outbox = dispatcher_.summary()});
  guard_.tell_counters();
  // Handlers and the dispatcher go first, so that nothing new arrives; the committer then ends what it holds, through
  // them.
  cx_server_.stop();
  sh_server_.stop();
  rule_actor_.stop();
  dispatcher_.stop();
  messenger_.stop();  // its deadlines tell the dispatcher
  committer_.stop();
}

PolicyInForce Hss::policy() {
  return [this] {
    auto settings = settings_.get();
    const Policy& policy = settings->policy;
    return std::shared_ptr<const Policy>(std::move(settings), &policy);
  };
}

void Hss::configured(When when) {
  given_.telemetry->events.publish(
      ports::ConfigurationLoaded{when, given_.config_file, settings_.get()->policy.not_enforced(),
                                 given_.telemetry->decisions.summary(), dispatcher_.summary()});
  OutboxEntry review = review_entry(0, "what is monitored may have changed", clock_.now());
  review.body = MonitoredReview{};
  review.due = review.created.time_since_epoch();
  dispatcher_.ask(std::move(review));
}

void Hss::refuse(const std::string& mistake) {
  given_.telemetry->events.publish(ports::ConfigurationRefused{given_.config_file, mistake});
}

void Hss::farewell() noexcept {
  try {
    dispatcher_.end();  // what it would send now is sent after the next start
    guard_.farewell();
  } catch (const std::exception& e) {
    given_.telemetry->log.write(ports::message::escaped_exception{.where = "the end", .what = e.what()});
  }
}

void Hss::reload() noexcept {
  try {
    const auto config = config::load(given_.config_file);
    if (!config) return refuse(config.error().detail);
    if (const auto served = config::serves_somebody(*config, given_.config_file); !served)
      return refuse(served.error().detail);
    settings_.replace(settings_of(*config));
    given_.telemetry->rules.replace(config->rules);
    memory_.set_lifetime(config->delegation.vouching_lifetime);
    configured(When::at_reload);
    guard_.tell_counters();
  } catch (const std::exception& e) {
    try {
      refuse(e.what());
    } catch (const std::exception&) {
      given_.telemetry->log.write(ports::message::bad_configuration{.mistake = e.what()});
    }
  }
}

}  // namespace vouchsafe
