#include "ctl/command.hpp"
#include "store/sql_outbox.hpp"

#include <fmt/format.h>

namespace vouchsafe::ctl {
namespace {

nlohmann::json to_json(const Debt& d) {
  nlohmann::json out{{"id", d.id},
                     {"kind", name_of(d.kind)},
                     {"host", d.host},
                     {"cause", d.cause},
                     {"created", to_rfc3339(d.created)},
                     {"tries", d.tries},
                     {"given_up", d.given_up}};
  if (!d.impi.empty()) out["impi"] = d.impi;
  if (!d.impus.empty()) out["impus"] = d.impus;
  if (!d.error.empty()) out["error"] = d.error;
  if (d.kind == Debt::Kind::push_notification) out["data_reference"] = name_of(d.reference);
  if (d.kind == Debt::Kind::review_authorizer) {
    out["authorizer"] = d.authorizer;
    out["cursor"] = d.cursor;
  }
  return out;
}

std::string to_line(const Debt& d) {
  std::string about = d.impi;
  if (about.empty() && !d.impus.empty()) about = d.impus.front();
  if (about.empty()) about = d.authorizer;
  return fmt::format("{}  {}  {}  {}  {}  since {}  tries {}{}", d.id, name_of(d.kind), d.host.empty() ? "-" : d.host,
                     about, d.cause, to_rfc3339(d.created), d.tries,
                     d.error.empty() ? "" : (d.given_up ? "  given up: " : "  last: ") + d.error);
}

void counts(Session& session) {
  for (const auto& c : need(store::SqlOutbox(session.database()).counts())) {
    session.print(fmt::format("{}  owed {}  tried again {}  given up {}", c.host.empty() ? "own work" : c.host, c.owed,
                              c.tried, c.given_up),
                  {{"host", c.host}, {"owed", c.owed}, {"tried", c.tried}, {"given_up", c.given_up}});
  }
}

void list(Session& session, bool given_up, std::size_t limit) {
  for (const auto& debt : need(store::SqlOutbox(session.database()).all(given_up, limit)))
    session.print(to_line(debt), to_json(debt));
}

using Act = Result<std::int64_t> (store::SqlOutbox::*)(std::int64_t);

void add_act(CLI::App& parent, Session& session, const char* name, const char* text, Act act) {
  auto* command = parent.add_subcommand(name, text);
  auto id = std::make_shared<std::int64_t>(0);
  command->add_option("id", *id, "number of one; all of them without it");
  command->callback([&session, id, act] {
    store::SqlOutbox outbox(session.database());
    const auto count = need((outbox.*act)(*id));
    if (*id != 0 && count == 0) throw Failure(Exit::not_found, "nothing of that number was given up");
    session.print(std::to_string(count) + " messages", {{"messages", count}});
  });
}

}  // namespace

void add_outbox(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("outbox", "what changes call for and is not acknowledged yet");
  command->require_subcommand(0, 1);
  command->callback([&session, command] {
    if (command->get_subcommands().empty()) counts(session);
  });
  auto* all = command->add_subcommand("list", "one line each");
  auto given_up = std::make_shared<bool>(false);
  auto limit = std::make_shared<std::size_t>(1000);
  all->add_flag("--given-up", *given_up, "those that are not tried any more");
  all->add_option("--limit", *limit, "at most so many")->capture_default_str();
  all->callback([&session, given_up, limit] { list(session, *given_up, *limit); });
  add_act(*command, session, "retry", "try what was given up again", &store::SqlOutbox::retry);
  add_act(*command, session, "forget", "take what was given up off the list", &store::SqlOutbox::forget);
}

}  // namespace vouchsafe::ctl
