#include "diameter/sh_server.hpp"

#include "sh/profile_update.hpp"
#include "sh/subscribe_notifications.hpp"
#include "sh/user_data.hpp"

namespace vouchsafe::diameter {

void ShServer::start() {
  handle<Command::user_data, ShServer, &ShServer::answer_udr>();
  handle<Command::profile_update, ShServer, &ShServer::answer_pur>();
  handle<Command::subscribe_notifications, ShServer, &ShServer::answer_snr>();
  announce();
}

void ShServer::answer_udr(msg** message, disp_action* action, Speaker speaker) {
  const auto request = decoder_.user_data(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "UDR");
  const auto answer = sh::user_data(*request, ports_.reader, ports_.context);
  hand_over(encoder_.encode(take(message), answer), message, action);
}

void ShServer::answer_pur(msg** message, disp_action* action, Speaker speaker) {
  auto request = decoder_.profile_update(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "PUR");
  defer<sh::profile_update>(*this, "PUR", message, action, std::move(*request), ports_.context, ports_.committer,
                            [this](OwnedMessage query, const sh::PuRequest&, const sh::PuAnswer& answer) {
                              return encoder_.encode(std::move(query), answer);
                            });
}

void ShServer::answer_snr(msg** message, disp_action* action, Speaker speaker) {
  auto request = decoder_.subscribe_notifications(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "SNR");
  defer<sh::subscribe_notifications>(*this, "SNR", message, action, std::move(*request), ports_.context,
                                     ports_.committer,
                                     [this](OwnedMessage query, const sh::SnRequest&, const sh::SnAnswer& answer) {
                                       return encoder_.encode(std::move(query), answer);
                                     });
}

}  // namespace vouchsafe::diameter
