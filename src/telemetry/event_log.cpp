#include "telemetry/event_log.hpp"

#include <cstdlib>

namespace vouchsafe::telemetry {
namespace {

namespace message = ports::message;

/// A line for each kind of event, or none.
struct Writing {
  ports::Log& log;
  const ports::Occasion& occasion;

  void operator()(const ports::Decided& event) const {
    const Decision& decision = event.decision;
    if (!decision.allowed()) {
      write<message::refused>(event, decision.reason);
    } else if (decision.monitored) {
      write<message::would_refuse>(event, *decision.monitored);
    } else if (!event.authorizer.empty() && exchange().command == "SAR") {
      write<message::accepted>(event, decision.reason);
    }
  }

  void operator()(const ports::RuleTurned& event) const {
    if (event.to == ports::RuleTurned::To::over) {
      log.write(message::rule_over{
          .rule = event.rule, .subject = event.subject, .signal = event.signal, .count = count(event.count)});
      return;
    }
    const std::string action = std::string(event.action) + (event.dry_run ? ", were it no dry run" : "");
    log.write(message::rule_fired{.rule = event.rule,
                                  .of = event.of,
                                  .subject = event.subject,
                                  .signal = event.signal,
                                  .count = count(event.count),
                                  .seconds = event.window.count(),
                                  .threshold = count(event.threshold),
                                  .action = action});
  }
  void operator()(const ports::Provisioned&) const {}  // the audit log has it

  void operator()(const ports::ConfigurationLoaded& event) const {
    if (event.when == ports::ConfigurationLoaded::When::at_reload)
      log.write(message::reloaded{.file = event.file, .decisions = event.decisions, .outbox = event.outbox});
    for (const auto& line : event.not_enforced) log.write(message::not_enforced{.what = line});
  }
  void operator()(const ports::ConfigurationRefused& event) const {
    log.write(message::bad_configuration{.mistake = event.mistake});
  }

  void operator()(const ports::MessageLost& event) const {
    log.write(message::message_lost{.what = event.what, .peer = event.peer, .why = event.why});
  }
  void operator()(const ports::PeerConnected& event) const {
    log.write(message::peer_connected{.peer = event.peer, .transport = event.transport, .product = event.product});
  }
  void operator()(const ports::PeerRefused& event) const {
    log.write(message::peer_refused{.peer = event.peer, .why = event.why});
  }
  void operator()(const ports::PeerLost&) const {}  // what is owed to it says so, where something is

  void operator()(const ports::OutboxSettled& event) const {
    if (event.how != ports::OutboxSettled::How::given_up) return;
    const OutboxEntry& entry = event.entry;
    log.write(message::message_given_up{.command = name_of(entry.body),
                                        .subject = subject_of(entry.body),
                                        .host = entry.host,
                                        .cause = entry.cause,
                                        .error = entry.error,
                                        .entry = entry.id});
  }
  void operator()(const ports::HostUnreachable& event) const {
    log.write(message::host_unreachable{.host = event.host, .why = event.why});
  }
  void operator()(const ports::HostReachable& event) const { log.write(message::host_reachable{.host = event.host}); }
  void operator()(const ports::ClockStepped& event) const {
    const auto seconds = event.by.count();
    log.write(message::clock_stepped{.direction = seconds > 0 ? "forward" : "back", .seconds = std::abs(seconds)});
  }

  void operator()(const ports::StoreDown& event) const { log.write(message::store_down{.why = event.why}); }
  void operator()(const ports::StoreUp&) const { log.write(message::store_up{}); }

 private:
  /// A decision may be of no request: then the line says so little.
  [[nodiscard]] const ports::Exchange& exchange() const {
    static const ports::Exchange none{};
    return occasion.exchange != nullptr ? *occasion.exchange : none;
  }

  static std::int64_t count(std::uint64_t value) { return static_cast<std::int64_t>(value); }

  template <class Message>
  void write(const ports::Decided& event, Reason reason) const {
    const std::string_view authorizer = event.authorizer.empty() ? "nobody" : std::string_view(event.authorizer);
    const Decision& decision = event.decision;
    std::string uncovered = decision.uncovered.empty() ? std::string{} : " (not covered: " + decision.uncovered + ")";
    if (!decision.token_fault.empty()) uncovered += " (token: " + decision.token_fault + ")";
    // The key and the token's name lead an operator to what the third party knows of it; the token itself is nowhere.
    if (const auto* token = std::get_if<VerifiedToken>(&decision.evidence))
      uncovered += " (token " + token->jti + " by key " + token->kid + ")";
    log.write(Message{.command = exchange().command,
                      .client = exchange().client,
                      .peer = exchange().peer,
                      .impi = event.impi,
                      .impu = event.impu,
                      .authorizer = authorizer,
                      .reason = name_of(reason),
                      .uncovered = uncovered});
  }
};

}  // namespace

void EventLog::happened(const ports::Event& event, const ports::Occasion& occasion) noexcept {
  try {
    std::visit(Writing{log_, occasion}, event);
  } catch (const std::exception&) {
    return;  // a log that fails must not fail the request
  }
}

}  // namespace vouchsafe::telemetry
