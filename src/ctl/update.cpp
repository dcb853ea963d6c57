#include "ctl/command.hpp"
#include "ctl/import_line.hpp"
#include "ctl/sealing.hpp"
#include "ctl/wait.hpp"
#include "operations/replace_profile.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/sql_reader.hpp"

#include <fstream>
#include <iostream>

namespace vouchsafe::ctl {
namespace {

/// Writes one line's profile in place of the one that its first IMPI has. \return the origin of what follows
Result<std::int64_t> update(Session& session, const std::string& line) {
  auto parsed = parse_import_line(line, session.keys());
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (!parsed->grants.empty()) return malformed("authorizers: an update leaves grants alone; see grant and revoke");
  const Impi& impi = parsed->profile.impis.front().impi;
  const auto view = store::SqlReader(session.database()).by_identity(&impi, nullptr);
  if (!view) return tl::unexpected<Error>(view.error());
  if (!view->subscription) return fail(Error::Kind::not_found, impi.text() + " is not in the database");
  return write_sealed(session, {&*parsed, 1}, [&](std::uint32_t sealed_with) {
    return store::OperationRunner(session.database()).run(view->subscription->id, [&](const ports::View& there) {
      return Result<ports::Writes>(operations::replace_profile(there, parsed->profile, sealed_with, Session::now()));
    });
  });
}

void run(Session& session, std::istream& in, const WaitOption& wait) {
  std::vector<std::int64_t> origins;
  std::size_t left_out = 0;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto origin = update(session, line);
    if (origin) {
      origins.push_back(*origin);
      continue;
    }
    ++left_out;
    complain("line " + std::to_string(number) + ": " + origin.error().detail);
  }
  session.print(std::to_string(origins.size()) + " updated, " + std::to_string(left_out) + " lines left out",
                {{"updated", origins.size()}, {"left_out", left_out}});
  for (const auto origin : origins) wait.wait(session, origin);
  if (left_out > 0) session.exit = Exit::partly;
}

}  // namespace

void add_update(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "update", "write other profiles for subscriptions that are there, import lines without authorizers");
  auto file = std::make_shared<std::string>();
  auto wait = std::make_shared<WaitOption>();
  command->add_option("file", *file, "JSON Lines, or - for standard input")->required();
  wait->add_to(*command);
  command->callback([&session, file, wait] {
    if (*file == "-") return run(session, std::cin, *wait);
    std::ifstream in(*file);
    if (!in) throw Failure(Exit::failed, *file + " cannot be read");
    run(session, in, *wait);
  });
}

}  // namespace vouchsafe::ctl
