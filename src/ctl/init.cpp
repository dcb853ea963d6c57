#include "ctl/command.hpp"
#include "store/sql/sealing_keys.hpp"

#include <filesystem>

namespace vouchsafe::ctl {

void add_init(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("init", "make the database and the key file, or bring the schema up to date");
  command->callback([&session] {
    session.resolve();
    const bool fresh_keys = !std::filesystem::exists(session.key_path);
    if (fresh_keys && std::filesystem::exists(session.database_path))
      need(store::needs_no_key_file(session.database(true)));
    // The key file first: a database without keys could hold secrets that nobody can read.
    if (fresh_keys) need(crypto::KeyRing::create(session.key_path));
    session.database(true);
    session.keys();
    session.print("database " + session.database_path + ", key file " + session.key_path + (fresh_keys ? " (new)" : ""),
                  {{"database", session.database_path}, {"key_file", session.key_path}, {"new_key_file", fresh_keys}});
  });
}

}  // namespace vouchsafe::ctl
