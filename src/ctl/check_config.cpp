#include "config/config.hpp"
#include "config/options.hpp"
#include "ctl/command.hpp"

namespace vouchsafe::ctl {
namespace {

nlohmann::json json_of(const config::Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  if (const auto* number = std::get_if<long long>(&value)) return *number;
  return nullptr;
}

/// outbox.keep_h = 24 (default 24; in hours, 1 to 8760; a change needs a restart)
void print(const config::Option& option, const config::Config& config, const Session& session) {
  const bool reload = option.change == config::Change::reload;
  nlohmann::json object{{"option", option.path()}, {"reload", reload}, {"text", option.sentence()}};
  std::string notes = option.is_list() ? "as the file has it; " : "";
  if (!option.is_list()) {
    object["value"] = json_of(option.get(config));
    object["default"] = json_of(option.standard);
    notes = "default " + config::written(option.standard) + "; ";
  }
  if (option.is_number()) {
    object["least"] = option.range.least;
    object["most"] = option.range.most;
    if (!option.unit.empty()) {
      object["unit"] = option.unit;
      notes += "in " + std::string(option.unit) + ", ";
    }
    notes += std::to_string(option.range.least) + " to " + std::to_string(option.range.most) + "; ";
  }
  const std::string value = option.is_list() ? "" : " = " + config::written(option.get(config));
  session.print(option.path() + value + "  (" + notes + "a change needs a " + (reload ? "reload" : "restart") + ")",
                object);
}

}  // namespace

void add_check_config(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("check-config", "read a configuration, its key file and its database as the daemon would");
  auto file = std::make_shared<std::string>();
  auto only_text = std::make_shared<bool>(false);
  auto options = std::make_shared<bool>(false);
  command->add_option("file", *file, "vouchsafe.conf; else the one of --config");
  command->add_flag("--syntax-only", *only_text, "do not open the key file and the database");
  command->add_flag("--options", *options,
                    "print every option: its value, default and range, and what takes a change over");
  command->callback([&session, file, only_text, options] {
    if (!file->empty()) session.config_file = *file;
    session.resolve();
    if (session.config_file.empty()) throw Failure(Exit::usage, "name the configuration");
    const auto config = need(config::load(session.config_file));
    need(config::serves_somebody(config, session.config_file));
    if (*options) {
      for (const auto& option : config::options()) print(option, config, session);
    }
    if (!*only_text) {
      session.keys();
      session.database();
    }
    session.print(session.config_file + " is good", {{"config", session.config_file}, {"good", true}});
  });
}

}  // namespace vouchsafe::ctl
