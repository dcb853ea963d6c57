#include "ctl/command.hpp"
#include "store/sql/provisioning.hpp"

#include <fmt/format.h>

namespace vouchsafe::ctl {

void add_subscriptions(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("subscriptions", "which AS hears of which changes (SNR)");
  auto host = std::make_shared<std::string>();
  command->add_option("--as", *host, "only this Origin-Host's");
  command->callback([&session, host] {
    for (const auto& s : need(store::SubscriptionLister(session.database()).notifications(*host))) {
      const std::string until = s.expires ? to_rfc3339(*s.expires) : "no end";
      session.print(fmt::format("{}  {}  {}{}  until {}{}", s.host, s.impu.text(), name_of(s.reference),
                                s.service_indication.empty() ? "" : " " + s.service_indication, until,
                                s.one_time ? "  once" : ""),
                    {{"as", s.host},
                     {"impu", s.impu.text()},
                     {"data_reference", name_of(s.reference)},
                     {"service_indication", s.service_indication},
                     {"expires", s.expires ? nlohmann::json(until) : nlohmann::json(nullptr)},
                     {"one_time", s.one_time}});
    }
  });
}

}  // namespace vouchsafe::ctl
