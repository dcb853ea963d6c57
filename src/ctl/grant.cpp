#include "ctl/command.hpp"
#include "ctl/describe.hpp"
#include "ctl/useless_grant.hpp"
#include "ctl/wait.hpp"
#include "operations/grants.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/registry_lister.hpp"
#include "store/sql/sql_reader.hpp"

namespace vouchsafe::ctl {
namespace {

struct GrantOptions {
  std::string authorizer;
  std::string impi;
  std::string impu;
  std::string not_before;
  std::string not_after;
  std::vector<std::string> wwsf;

  void add_subject(CLI::App& command) {
    auto* i = command.add_option("--impi", impi, "every IMPU with this IMPI");
    auto* u = command.add_option("--impu", impu, "this IMPU; a wildcarded one (sip:pool-!.*!@realm) is a pool");
    i->excludes(u);
  }

  /// Throws Failure.
  [[nodiscard]] Grant read() const {
    if (impi.empty() == impu.empty()) throw Failure(Exit::usage, "name the subject with --impi or --impu");
    Grant grant{Grant::Subject::impu, {}, need(AuthorizerName::parse(authorizer)), {}, {}, {}};
    need(set_subject(grant, impi.empty() ? Grant::Subject::impu : Grant::Subject::impi, impi.empty() ? impu : impi));
    if (!not_before.empty()) grant.not_before = need(parse_rfc3339(not_before));
    if (!not_after.empty()) grant.not_after = need(parse_rfc3339(not_after));
    for (const auto& name : wwsf) grant.wwsf.push_back(need(AuthorizerName::parse(name)));
    need(check(grant));
    return grant;
  }
};

std::vector<Grant> own_grants(const ports::View& view) {
  std::vector<Grant> out;
  for (const auto& g : view.grants) out.push_back(g.grant);
  return out;
}

/// The subscription that a grant is about; nothing for a pool of the operator's.
std::optional<ports::View> subject_of(Session& session, const Grant& grant) {
  const store::SqlReader reader(session.database());
  const Impi impi = Impi::trusted(grant.subject);
  const Impu impu = Impu::trusted(grant.subject);
  auto view = need(grant.kind == Grant::Subject::impi ? reader.by_identity(&impi, nullptr)
                                                      : reader.by_identity(nullptr, &impu));
  return view.subscription ? std::optional(std::move(view)) : std::nullopt;
}

/// The same grant for every unbarred IMPU of the set that it names one of.
std::vector<Grant> for_whole_set(Session& session, const Grant& grant) {
  if (grant.kind == Grant::Subject::impi) return {grant};  // it covers every set already
  const auto view = subject_of(session, grant);
  const auto* identity = view ? view->subscription->find(Impu::trusted(grant.subject)) : nullptr;
  if (identity == nullptr) throw Failure(Exit::not_found, grant.subject + " is no IMPU of a subscription");
  std::vector<Grant> out{grant};
  for (const Impu* impu : view->subscription->unbarred(identity->irs)) {
    if (impu->text() == grant.subject) continue;
    Grant one = grant;
    need(set_subject(one, Grant::Subject::impu, impu->text()));
    out.push_back(std::move(one));
  }
  return out;
}

void warn_of_useless(Session& session, const Grant& grant) {
  const auto view = subject_of(session, grant);
  if (!view) return;
  for (const auto& line : useless(*view->subscription, grant, own_grants(*view))) session.warn(line);
}

/// \return the origin of what follows
std::int64_t run(Session& session,
                 Result<ports::Writes> (*operation)(const Grant&, const ports::SubscriberReader&, Time),
                 const Grant& grant) {
  return need(store::OperationRunner(session.database()).run([&](const ports::SubscriberReader& reader) {
    return operation(grant, reader, Session::now());
  }));
}

}  // namespace

void add_grant(CLI::App& app, Session& session) {
  auto options = std::make_shared<GrantOptions>();
  auto* grant = app.add_subcommand("grant", "let an authorizer vouch for a subject; replaces a grant of the same two");
  options->add_subject(*grant);
  grant->add_option("--authorizer", options->authorizer, "a name in the registry")->required();
  grant->add_option("--not-before", options->not_before, "2026-01-01T00:00:00Z; in force from then on");
  grant->add_option("--not-after", options->not_after, "2030-01-01T00:00:00Z; no longer in force then");
  grant->add_option("--wwsf", options->wwsf, "only through this WWSF; may be repeated");
  auto whole_set = std::make_shared<bool>(false);
  grant->add_flag("--whole-set", *whole_set, "for every unbarred IMPU of the implicit registration set of --impu");
  auto wait = std::make_shared<WaitOption>();
  wait->add_to(*grant);
  grant->callback([&session, options, whole_set, wait] {
    const Grant asked = options->read();
    std::vector<std::int64_t> origins;
    for (const Grant& g : *whole_set ? for_whole_set(session, asked) : std::vector<Grant>{asked}) {
      origins.push_back(run(session, operations::grant, g));
      session.print("granted: " + to_line(g), to_json(g));
    }
    warn_of_useless(session, asked);
    for (const auto origin : origins) wait->wait(session, origin);
  });

  auto* revoke = app.add_subcommand("revoke", "take a grant back");
  options->add_subject(*revoke);
  revoke->add_option("--authorizer", options->authorizer, "the grant's authorizer")->required();
  wait->add_to(*revoke);
  revoke->callback([&session, options, wait] {
    const Grant g = options->read();
    const auto origin = run(session, operations::revoke, g);
    session.print("revoked: " + g.subject + "  " + g.authorizer.text(),
                  {{"revoked", true}, {"waf", g.authorizer.text()}, {"subject", g.subject}});
    wait->wait(session, origin);
  });

  auto* list = app.add_subcommand("grants", "list grants");
  auto who = std::make_shared<GrantOptions>();
  who->add_subject(*list);
  list->add_option("--authorizer", who->authorizer, "only grants to this one");
  list->callback([&session, who] {
    std::optional<std::string> subject;
    if (!who->impi.empty()) subject = need(Impi::parse(who->impi)).text();
    if (!who->impu.empty()) subject = need(Impu::parse(who->impu)).text();
    std::optional<AuthorizerName> authorizer;
    if (!who->authorizer.empty()) authorizer = need(AuthorizerName::parse(who->authorizer));
    for (const auto& g : need(store::RegistryLister(session.database()).grants(subject, authorizer)))
      session.print(to_line(g), to_json(g));
  });
}

}  // namespace vouchsafe::ctl
