#include "ctl/command.hpp"
#include "ctl/describe.hpp"
#include "ctl/identity_options.hpp"
#include "ctl/wait.hpp"
#include "operations/edit_profile.hpp"
#include "operations/remove_subscription.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/provisioning.hpp"
#include "store/sql/sql_reader.hpp"

#include <iostream>

namespace vouchsafe::ctl {

void IdentityOptions::add_to(CLI::App& command) {
  auto* private_identity = command.add_option("--impi", impi, "private identity, user@realm");
  auto* public_identity = command.add_option("--impu", impu, "public identity, a SIP or tel URI");
  private_identity->excludes(public_identity);
}

ports::View IdentityOptions::look_up(Session& session) const {
  if (impi.empty() == impu.empty()) throw Failure(Exit::usage, "name the subscriber with --impi or --impu");
  std::optional<Impi> private_identity;
  std::optional<Impu> public_identity;
  if (!impi.empty()) private_identity = need(Impi::parse(impi));
  if (!impu.empty()) public_identity = need(Impu::parse(impu));
  auto view = need(
      store::SqlReader(session.database())
          .by_identity(private_identity ? &*private_identity : nullptr, public_identity ? &*public_identity : nullptr));
  if (!view.subscription) throw Failure(Exit::not_found, (impi.empty() ? impu : impi) + " is not in the database");
  return view;
}

namespace {

std::vector<Grant> grants_in(const ports::View& view) {
  std::vector<Grant> out;
  for (const auto& g : view.grants) out.push_back(g.grant);
  return out;
}

void show(Session& session, const IdentityOptions& who) {
  const auto view = who.look_up(session);
  const auto object = to_json(*view.subscription, grants_in(view));
  std::cout << json_text(object, session.json ? -1 : 2) << '\n';
}

/// \return the origin of what follows
std::int64_t run(Session& session, const ports::View& view, const store::OperationRunner::Operation& operation) {
  return need(store::OperationRunner(session.database()).run(view.subscription->id, operation));
}

std::int64_t remove(Session& session, const IdentityOptions& who) {
  const auto view = who.look_up(session);
  const auto origin = run(session, view, [](const ports::View& there) -> Result<ports::Writes> {
    return operations::remove_subscription(there, Session::now());
  });
  session.print("deleted", {{"deleted", true}});
  return origin;
}

/// Bars an IMPU, or the other way round.
std::int64_t bar(Session& session, const IdentityOptions& who, bool barred) {
  if (who.impu.empty()) throw Failure(Exit::usage, "name the IMPU with --impu");
  const auto view = who.look_up(session);
  const Impu impu = view.matched_wildcard ? *view.matched_wildcard : need(Impu::parse(who.impu));
  const auto origin = run(
      session, view, [&](const ports::View& there) { return operations::bar(there, impu, barred, Session::now()); });
  session.print(impu.text() + (barred ? " is barred" : " is not barred"), {{"impu", impu.text()}, {"barred", barred}});
  return origin;
}

std::int64_t do_bar(Session& session, const IdentityOptions& who) { return bar(session, who, true); }
std::int64_t do_unbar(Session& session, const IdentityOptions& who) { return bar(session, who, false); }

/// Another way to register for an IMPI.
std::int64_t change_way(Session& session, const IdentityOptions& who, const std::string& name) {
  if (who.impi.empty()) throw Failure(Exit::usage, "name the IMPI with --impi");
  const auto way = way_named(name);
  if (!way)
    throw Failure(Exit::usage, name + " is no way to register: direct, delegated, direct-or-delegated, trusted-node");
  const auto view = who.look_up(session);
  const Impi impi = need(Impi::parse(who.impi));
  const auto origin = run(session, view, [&](const ports::View& there) {
    return operations::change_way(there, impi, *way, Session::now());
  });
  session.print(impi.text() + " registers: " + name, {{"impi", impi.text()}, {"way", name}});
  return origin;
}

}  // namespace

void add_subscriber(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("subscriber", "look at a subscription, or delete it");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* text, void (*run)(Session&, const IdentityOptions&)) {
    auto* sub = command->add_subcommand(name, text);
    auto who = std::make_shared<IdentityOptions>();
    who->add_to(*sub);
    sub->callback([&session, who, run] { run(session, *who); });
  };
  add("show", "everything but secrets", show);
  const auto add_change = [&](const char* name, const char* text,
                              std::int64_t (*run)(Session&, const IdentityOptions&)) {
    auto* sub = command->add_subcommand(name, text);
    auto who = std::make_shared<IdentityOptions>();
    auto wait = std::make_shared<WaitOption>();
    who->add_to(*sub);
    wait->add_to(*sub);
    sub->callback([&session, who, wait, run] { wait->wait(session, run(session, *who)); });
  };
  add_change("delete", "with its identities and grants; it is deregistered", remove);
  add_change("bar", "bar an IMPU; a set that is barred as a whole is deregistered", do_bar);
  add_change("unbar", "take the barring back", do_unbar);
  auto* way =
      command->add_subcommand("way", "change an IMPI's way to register; what it does not allow is deregistered");
  auto who = std::make_shared<IdentityOptions>();
  auto name = std::make_shared<std::string>();
  auto wait = std::make_shared<WaitOption>();
  who->add_to(*way);
  way->add_option("way", *name, "direct, delegated, direct-or-delegated or trusted-node")->required();
  wait->add_to(*way);
  way->callback([&session, who, name, wait] { wait->wait(session, change_way(session, *who, *name)); });
}

void add_export(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("export", "write every subscription, one JSON object a line, without secrets");
  command->callback([&session] {
    need(store::SubscriptionLister(session.database())
             .all([](const Subscription& subscription, const std::vector<Grant>& grants) {
               std::cout << json_text(to_json(subscription, grants)) << '\n';
             }));
  });
}

void add_registrations(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("registrations", "who is registered, at which S-CSCF, and what that rests on");
  auto name = std::make_shared<std::string>();
  command->add_option("--authorizer", *name, "only registrations that rest on this authorizer's vouching");
  command->callback([&session, name] {
    std::optional<AuthorizerName> authorizer;
    if (!name->empty()) authorizer = need(AuthorizerName::parse(*name));
    need(store::SubscriptionLister(session.database())
             .registered(authorizer, [&](const Subscription& s, const std::vector<Grant>&) {
               for (const auto& r : s.state.registrations) {
                 if (!authorizer || r.vouched_by(*authorizer) != nullptr) session.print(to_line(r), to_json(r));
               }
             }));
  });
}

}  // namespace vouchsafe::ctl
