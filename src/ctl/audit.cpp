#include "ctl/audit.hpp"

#include "crypto/digest.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace vouchsafe::ctl {
namespace {

/// Whose last word, or only one, is one of these changes nothing.
bool changes_nothing(const std::string& command) {
  static constexpr std::array<std::string_view, 10> readers = {
      "list",          "show",         "export",     "grants", "registrations",
      "subscriptions", "check-config", "dictionary", "verify", "make"};
  const std::string last = command.substr(command.rfind(' ') + 1);
  return command.empty() || std::find(readers.begin(), readers.end(), last) != readers.end();
}

/// Who is at the keyboard: behind sudo the one who called it.
std::string local_user() {
  const passwd* user = ::getpwuid(::getuid());
  std::string out = user == nullptr ? "uid " + std::to_string(::getuid()) : user->pw_name;
  if (const char* caller = std::getenv("SUDO_USER"); caller != nullptr)
    out = std::string(caller) + " (sudo " + out + ")";
  return out;
}

/// The log that the configuration names. Throws Failure.
telemetry::AuditFile log_of(Session& session) {
  session.resolve();
  if (session.config_file.empty()) throw Failure(Exit::usage, "--config names the vouchsafe.conf that names the log");
  auto file = audit_file(need(config::load(session.config_file)));
  if (!file) throw Failure(Exit::not_found, session.config_file + " has no audit log: audit = { file = \"…\"; };");
  return std::move(*file);
}

/// Calls with each whole line of the log, its file and its number there.
template <class Each>
void for_each_line(const telemetry::AuditFile& log, Each&& each) {
  auto files = need(log.open_all());
  if (files.empty()) throw Failure(Exit::not_found, "the audit log has no file yet");
  for (auto& [file, in] : files) {
    std::string line;
    for (std::size_t number = 1; std::getline(in, line) && !in.eof(); ++number) each(line, file, number);
  }
}

std::string text_in(const nlohmann::json& record, const char* member) {
  const auto found = record.find(member);
  return found == record.end() || !found->is_string() ? std::string{} : found->get<std::string>();
}

/// \param expected a hash that the chain must hold; empty: any
void verify(Session& session, const std::string& expected) {
  telemetry::Link at;
  std::uint64_t first = 0;
  bool held = expected.empty();
  for_each_line(log_of(session), [&](const std::string& line, const std::filesystem::path& file, std::size_t number) {
    // Files of long ago may have been taken away: the chain is then verified from the first that is there.
    if (first == 0) {
      const auto record = nlohmann::json::parse(line, nullptr, false);
      if (const auto link = telemetry::link_after(line); link && link->number > 1)
        at = {link->number - 1, text_in(record, "prev")};
      first = at.number + 1;
    }
    if (const auto fault = telemetry::broken(line, at, crypto::sha256))
      throw Failure(Exit::failed, file.string() + ":" + std::to_string(number) + ": " + *fault);
    held = held || at.hash == expected;
  });
  if (!held) throw Failure(Exit::failed, "no record has the hash " + expected + ": what led to it was written anew");
  session.print(
      "the chain is whole from record " + std::to_string(first) + " to " + std::to_string(at.number) + ", " + at.hash,
      {{"first", first}, {"last", at.number}, {"hash", at.hash}});
}

struct Filter {
  std::string since;
  std::string event;
  std::string authorizer;
  std::string who;
  std::string subject;

  void add_to(CLI::App& command) {
    command.add_option("--since", since, "from this time on, 2026-11-26T12:00:00Z");
    command.add_option("--event", event, "of this kind: refused, accepted, act, \"grants replaced\", ...");
    command.add_option("--authorizer", authorizer, "about this authorizer");
    command.add_option("--who", who, "by this Origin-Host or local user");
    command.add_option("--subject", subject, "about this IMPI or IMPU, as the log writes it");
  }
  [[nodiscard]] bool admits(const nlohmann::json& record) const {
    const auto is = [&](const char* member, const std::string& wanted) {
      return wanted.empty() || text_in(record, member) == wanted;
    };
    return (since.empty() || text_in(record, "time") >= since) && is("event", event) && is("authorizer", authorizer) &&
           is("who", who) && (subject.empty() || is("impi", subject) || is("impu", subject) || is("subject", subject));
  }
};

std::string sentence(const nlohmann::json& record) {
  std::string out;
  for (const auto& [name, value] : record.items())
    if (name != "prev" && name != "hash")
      out += (out.empty() ? "" : "  ") + name + " " + (value.is_string() ? value.get<std::string>() : json_text(value));
  return out;
}

void show(Session& session, const Filter& filter) {
  if (!filter.since.empty()) need(parse_rfc3339(filter.since));
  for_each_line(log_of(session), [&](const std::string& line, const std::filesystem::path& file, std::size_t number) {
    const auto record = nlohmann::json::parse(line, nullptr, false);
    if (!record.is_object())
      throw Failure(Exit::failed, file.string() + ":" + std::to_string(number) + ": it is no record");
    if (filter.admits(record)) session.print(sentence(record), record);
  });
}

/// What was typed, without what an address may hold of passwords: who is before an @, and what follows a ?.
std::vector<std::string> without_secrets(std::vector<std::string> arguments) {
  for (auto& argument : arguments) {
    const auto scheme = argument.find("://");
    if (scheme == std::string::npos) continue;
    const auto host = scheme + 3;
    if (const auto query = argument.find_first_of("?#", host); query != std::string::npos) argument.resize(query);
    const auto path = argument.find('/', host);
    const auto at = argument.rfind('@', path);
    if (at != std::string::npos && at >= host) argument.erase(host, at + 1 - host);
  }
  return arguments;
}

}  // namespace

std::optional<telemetry::AuditFile> audit_file(const config::Config& config) {
  if (config.audit.file.empty()) return std::nullopt;
  return telemetry::AuditFile(config.audit.file, std::uint64_t{config.audit.largest_mib} << 20U, crypto::sha256);
}

void AuditedAct::begin(Session& session, const std::string& command, const std::vector<std::string>& arguments) {
  if (changes_nothing(command)) return;
  session.resolve();
  if (session.config_file.empty()) return;
  file_ = audit_file(need(config::load(session.config_file)));
  if (!file_) return;
  act_ = {{"time", to_rfc3339(Session::now())},
          {"event", "act"},
          {"who", local_user()},
          {"act", command},
          {"arguments", without_secrets(arguments)}};
  if (!session.reason.empty()) act_["why"] = session.reason;
  need(file_->append({act_}));
}

void AuditedAct::end(int code) const {
  if (!file_) return;
  nlohmann::ordered_json ended = act_;
  ended["time"] = to_rfc3339(Session::now());
  ended["event"] = "act ended";
  ended["exit"] = code;
  if (const auto written = file_->append({ended}); !written) complain("vouchctl: " + written.error().detail);
}

void add_audit(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("audit", "the audit log: what was refused, changed and suspended, by whom and why");
  command->require_subcommand(1);
  auto* check = command->add_subcommand("verify", "whether its chain is whole; names the first record that breaks it");
  auto expected = std::make_shared<std::string>();
  check->add_option("--hash", *expected, "that a record of it must have, as an earlier verify printed it");
  check->callback([&session, expected] { verify(session, *expected); });
  auto* shown = command->add_subcommand("show", "its records");
  auto filter = std::make_shared<Filter>();
  filter->add_to(*shown);
  shown->callback([&session, filter] { show(session, *filter); });
}

}  // namespace vouchsafe::ctl
