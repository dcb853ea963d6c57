#include "ctl/command.hpp"
#include "store/sql/sql_outbox.hpp"

#include <fmt/format.h>

namespace vouchsafe::ctl {
namespace {

/// Adds what is the body's.
struct Body {
  nlohmann::json& out;

  void operator()(const SubscriptionReview& review) const {
    if (review.changes.credentials) out["impi"] = review.changes.credentials->text();
  }
  void operator()(const AuthorizerReview& review) const {
    out["authorizer"] = review.authorizer;
    out["cursor"] = review.cursor;
  }
  void operator()(const MonitoredReview&) const {}
  void operator()(const Termination& rtr) const {
    out["impi"] = rtr.impi.text();
    for (const auto& impu : rtr.impus) out["impus"].push_back(impu.text());
  }
  void operator()(const ProfilePush& ppr) const { out["impi"] = ppr.impi.text(); }
  void operator()(const DataNotification& pnr) const {
    out["impus"] = nlohmann::json::array({pnr.impu.text()});
    out["data_reference"] = name_of(pnr.reference);
  }
};

nlohmann::json to_json(const OutboxEntry& entry) {
  nlohmann::json out{{"id", entry.id},
                     {"kind", name_of(entry.body)},
                     {"host", entry.host},
                     {"cause", entry.cause},
                     {"created", to_rfc3339(entry.created)},
                     {"tries", entry.tries},
                     {"given_up", entry.given_up}};
  if (!entry.error.empty()) out["error"] = entry.error;
  std::visit(Body{out}, entry.body);
  return out;
}

std::string to_line(const OutboxEntry& entry) {
  return fmt::format("{}  {}  {}  {}  {}  since {}  tries {}{}", entry.id, name_of(entry.body),
                     entry.host.empty() ? "-" : entry.host, subject_of(entry.body), entry.cause,
                     to_rfc3339(entry.created), entry.tries,
                     entry.error.empty() ? "" : (entry.given_up ? "  given up: " : "  last: ") + entry.error);
}

void counts(Session& session) {
  for (const auto& c : need(store::SqlOutbox(session.database()).counts())) {
    session.print(fmt::format("{}  owed {}  tried again {}  given up {}", c.host.empty() ? "reviews" : c.host, c.owed,
                              c.tried, c.given_up),
                  {{"host", c.host}, {"owed", c.owed}, {"tried", c.tried}, {"given_up", c.given_up}});
  }
}

void list(Session& session, bool given_up, std::size_t limit) {
  for (const auto& entry : need(store::SqlOutbox(session.database()).all(given_up, limit)))
    session.print(to_line(entry), to_json(entry));
}

using OutboxAct = Result<std::int64_t> (store::SqlOutbox::*)(std::int64_t);

void add_act(CLI::App& parent, Session& session, const char* name, const char* text, OutboxAct act) {
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
