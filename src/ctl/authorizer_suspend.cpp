#include "config/config.hpp"
#include "ctl/command.hpp"
#include "ctl/describe.hpp"
#include "ctl/wait.hpp"
#include "domain/identity.hpp"
#include "domain/text.hpp"
#include "operations/suspensions.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/provisioning.hpp"
#include "store/sql/sql_reader.hpp"

#include <fmt/format.h>

#include <set>

namespace vouchsafe::ctl {
namespace {

struct ScopeOptions {
  std::string name;
  std::string wwsf;
  std::string relay;

  void add_to(CLI::App& command) {
    command.add_option("name", name, "host name or URI")->required();
    command.add_option("--wwsf", wwsf, "only what it vouches for through this WWSF, or without naming one");
    command.add_option("--relay", relay, "only what this eP-CSCF carries; its Diameter identity");
  }
  /// Throws Failure.
  [[nodiscard]] AuthorizerName authorizer() const { return need(AuthorizerName::parse(name)); }
  [[nodiscard]] SuspensionScope scope() const {
    if (!relay.empty() && !is_diameter_identity(relay)) throw Failure(Exit::usage, relay + " is no Diameter identity");
    return {wwsf.empty() ? std::string{} : need(AuthorizerName::parse(wwsf)).text(), lowered(relay)};
  }
};

struct SuspendOptions : ScopeOptions {
  bool hold = false;
  bool deregister = false;
  bool dry_run = false;
  std::string until;
  WaitOption wait;

  [[nodiscard]] Suspension suspension(const std::string& why) const {
    Suspension out{
        deregister ? Suspension::Effect::deregisters : Suspension::Effect::holds, scope(), Session::now(), {}, why};
    if (until.empty()) return out;
    out.until = need(parse_rfc3339(until));
    if (!out.in_force(Session::now())) throw Failure(Exit::usage, until + " is over");
    return out;
  }
};

bool is_in(const SuspensionScope& scope, const Vouched& vouched) {
  const bool through = scope.wwsf.empty() || !vouched.wwsf || vouched.wwsf->text() == scope.wwsf;
  return through && (scope.client.empty() || same_host(scope.client, vouched.client));
}

/// What rests on the vouchings that a suspension is for.
struct Affected {
  std::size_t subscriptions = 0;
  std::size_t registrations = 0;
  std::size_t terminations = 0;  ///< one RTR for each IMPI and S-CSCF

  void add(const Subscription& subscription, const AuthorizerName& name, const SuspensionScope& scope) {
    std::set<std::pair<Impi, std::string>> told;
    std::size_t found = 0;
    for (const auto& registration : subscription.state.registrations) {
      const bool rests = std::any_of(registration.bases.begin(), registration.bases.end(), [&](const Basis& basis) {
        const auto* vouched = std::get_if<Vouched>(&basis.ground);
        return vouched != nullptr && vouched->authorizer == name && is_in(scope, *vouched);
      });
      if (!rests || registration.leaving) continue;
      ++found;
      told.emplace(registration.impi, registration.scscf.host);
    }
    registrations += found;
    terminations += told.size();
    if (found > 0) ++subscriptions;
  }
};

/// How many RTRs the HSS sends a second at most, by its configuration where that can be read.
std::size_t rate_of(const Session& session) {
  const auto config = config::load(session.config_file);
  return (config ? *config : config::Config{}).outbox.rate;
}

/// Says what a suspension would do, and does nothing.
void foretell(Session& session, const AuthorizerName& name, const SuspendOptions& options) {
  const Suspension suspension = options.suspension({});
  const auto known = need(store::SqlReader(session.database()).authorizers());
  if (known->find(name) == nullptr) throw Failure(Exit::not_found, "no authorizer is called " + name.text());
  Affected affected;
  need(store::SubscriptionLister(session.database())
           .registered(name, [&](const Subscription& subscription, const auto&) {
             affected.add(subscription, name, suspension.scope);
           }));
  const bool ends = suspension.effect == Suspension::Effect::deregisters;
  const std::size_t messages = ends ? affected.terminations : 0;
  const std::size_t rate = rate_of(session);
  const std::size_t seconds = (messages + rate - 1) / rate;
  session.print(
      ends
          ? fmt::format("{} subscribers with {} registrations would be deregistered by {} RTRs, in {} s at {} a second",
                        affected.subscriptions, affected.registrations, messages, seconds, rate)
          : fmt::format("{} subscribers with {} registrations would stay registered until they register again; no RTR",
                        affected.subscriptions, affected.registrations),
      {{"authorizer", name.text()},
       {"dry_run", true},
       {"subscribers", affected.subscriptions},
       {"registrations", affected.registrations},
       {"rtrs", messages},
       {"seconds_at_least", seconds}});
}

void suspend(Session& session, const SuspendOptions& options) {
  const auto name = options.authorizer();
  if (options.dry_run) return foretell(session, name, options);
  const Suspension suspension = options.suspension(session.reason);
  const auto origin = need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operations::suspend(name, suspension, reader, Session::now());
  }));
  session.print(name.text() + " is " + to_line(suspension) + ": it vouches for nobody" +
                    (suspension.scope.is_all() ? "" : " there") +
                    (options.deregister ? ", and what rests on it is deregistered" : ""),
                {{"authorizer", name.text()}, {"state", "suspended"}, {"suspension", to_json(suspension)}});
  options.wait.wait(session, origin);
}

struct ResumeOptions : ScopeOptions {
  WaitOption wait;
};

void resume(Session& session, const ResumeOptions& options) {
  const auto name = options.authorizer();
  const auto origin = need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operations::resume(name, options.scope(), reader, Session::now());
  }));
  const auto known = need(store::SqlReader(session.database()).authorizers());
  std::string left;
  for (const auto& s : known->find(name)->suspensions) {
    if (s.in_force(Session::now())) left += (left.empty() ? "; still " : "; ") + to_line(s);
  }
  session.print(name.text() + ": the suspension is ended; who was deregistered registers again" + left,
                {{"authorizer", name.text()},
                 {"state", known->find(name)->suspension(Session::now()) == nullptr ? "active" : "suspended"}});
  options.wait.wait(session, origin);
}

}  // namespace

void add_authorizer_suspend(CLI::App& authorizer, Session& session) {
  auto* stop = authorizer.add_subcommand("suspend", "what it vouches for counts for nothing until resumed");
  auto options = std::make_shared<SuspendOptions>();
  options->add_to(*stop);
  auto* hold =
      stop->add_flag("--hold", options->hold, "leave what is registered until it registers again: the default");
  stop->add_flag("--deregister", options->deregister, "deregister what rests on it, at once")->excludes(hold);
  stop->add_option("--until", options->until, "2030-01-01T00:00:00Z; it ends by itself then");
  stop->add_flag("--dry-run", options->dry_run, "only say how many are concerned");
  options->wait.add_to(*stop);
  stop->callback([&session, options] { suspend(session, *options); });

  auto* again = authorizer.add_subcommand("resume", "end a suspension, with the scope that it was made with");
  auto resumed = std::make_shared<ResumeOptions>();
  resumed->add_to(*again);
  resumed->wait.add_to(*again);
  again->callback([&session, resumed] { resume(session, *resumed); });
}

}  // namespace vouchsafe::ctl
