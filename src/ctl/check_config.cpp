#include "config/config.hpp"
#include "ctl/command.hpp"

namespace vouchsafe::ctl {

void add_check_config(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("check-config", "read a configuration, its key file and its database as the daemon would");
  auto file = std::make_shared<std::string>();
  auto only_text = std::make_shared<bool>(false);
  command->add_option("file", *file, "vouchsafe.conf; else the one of --config");
  command->add_flag("--syntax-only", *only_text, "do not open the key file and the database");
  command->callback([&session, file, only_text] {
    if (!file->empty()) session.config_file = *file;
    session.resolve();
    if (session.config_file.empty()) throw Failure(Exit::usage, "name the configuration");
    need(config::serves_somebody(need(config::load(session.config_file)), session.config_file));
    if (!*only_text) {
      session.keys();
      session.database();
    }
    session.print(session.config_file + " is good", {{"config", session.config_file}, {"good", true}});
  });
}

}  // namespace vouchsafe::ctl
