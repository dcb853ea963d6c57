#include "telemetry/audit_record.hpp"

#include "domain/rule.hpp"

namespace vouchsafe::telemetry {
namespace {

using Record = nlohmann::ordered_json;

constexpr std::size_t longest_session = 255;  ///< octets: a peer makes it as long as it likes

/// A record for each kind of event, or none.
struct Recording {
  const ports::Occasion& occasion;
  const IdentityWriter& identity;
  bool accepted;

  [[nodiscard]] Record begun(std::string_view what) const {
    Record out = {{"time", to_rfc3339(occasion.time)}, {"event", what}};
    if (const auto* exchange = occasion.exchange; exchange != nullptr) {
      out["who"] = exchange->client;
      if (exchange->peer != exchange->client) out["peer"] = exchange->peer;
      out["command"] = exchange->command;
      out["session"] = exchange->session.substr(0, longest_session);
      out["result"] = exchange->result.code;
    }
    return out;
  }

  std::optional<Record> operator()(const ports::Decided& event) const {
    const Decision& decision = event.decision;
    if (decision.allowed() && !decision.monitored && !accepted) return std::nullopt;
    Record out = begun(!decision.allowed() ? "refused" : decision.monitored ? "let pass" : "accepted");
    out["impi"] = identity(event.impi);
    out["impu"] = identity(event.impu);
    if (!event.authorizer.empty()) out["authorizer"] = event.authorizer;
    out["why"] = name_of(decision.monitored && decision.allowed() ? *decision.monitored : decision.reason);
    if (!decision.uncovered.empty()) out["uncovered"] = identity(decision.uncovered);
    return out;
  }
  std::optional<Record> operator()(const ports::RuleTurned& event) const {
    const bool fired = event.to == ports::RuleTurned::To::fired;
    Record out = begun(fired ? "rule fired" : "rule over");
    out["rule"] = event.rule;
    out[event.of == name_of(Rule::Of::authorizers) ? "authorizer" : "client"] = event.subject;
    out["signal"] = event.signal;
    out["count"] = event.count;
    out["threshold"] = event.threshold;
    out["window_s"] = event.window.count();
    if (!fired) return out;
    out["action"] = event.action;
    if (event.dry_run) out["dry_run"] = true;
    for (const auto& impu : event.impus) out["impus"].push_back(identity(impu));
    return out;
  }
  std::optional<Record> operator()(const ports::ConfigurationLoaded& event) const {
    Record out = begun("configuration loaded");
    out["why"] = event.when == ports::ConfigurationLoaded::When::at_start ? "start" : "reload";
    out["file"] = event.file;
    if (!event.not_enforced.empty()) out["not_enforced"] = event.not_enforced;
    return out;
  }
  std::optional<Record> operator()(const ports::ConfigurationRefused& event) const {
    Record out = begun("configuration refused");
    out["why"] = event.mistake;
    out["file"] = event.file;
    return out;
  }
  std::optional<Record> operator()(const ports::Provisioned& event) const {
    Record out = begun(event.what);
    out["impu"] = identity(event.impu);
    out["now"] = event.detail;
    return out;
  }
  std::optional<Record> operator()(const ports::OutboxSettled& event) const {
    if (event.how != ports::OutboxSettled::How::given_up) return std::nullopt;
    Record out = begun("given up");
    out["message"] = name_of(event.entry.body);
    out["subject"] = identity(subject_of(event.entry.body));
    out["host"] = event.entry.host;
    out["why"] = event.entry.cause;
    out["error"] = event.entry.error;
    return out;
  }
  template <class Other>
  std::optional<Record> operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

std::optional<nlohmann::ordered_json> audit_record(const ports::Event& event, const ports::Occasion& occasion,
                                                   const IdentityWriter& identity, bool accepted) {
  return std::visit(Recording{occasion, identity, accepted}, event);
}

}  // namespace vouchsafe::telemetry
