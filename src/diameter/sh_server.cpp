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

void ShServer::answer_udr(msg** message, disp_action* action, Speaker speaker, Arrival) {
  const auto request = decoder_.user_data(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "UDR");
  answer_now<sh::user_data>(*this, "UDR", message, action, *request, ports_.reader, ports_.context, encode());
}

void ShServer::answer_pur(msg** message, disp_action* action, Speaker speaker, Arrival arrived) {
  auto request = decoder_.profile_update(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "PUR");
  defer<sh::profile_update>(*this, "PUR", message, action, sh::read_document(std::move(*request), ports_.context),
                            ports_.context, ports_.committer, encode(), arrived);
}

void ShServer::answer_snr(msg** message, disp_action* action, Speaker speaker, Arrival arrived) {
  auto request = decoder_.subscribe_notifications(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "SNR");
  defer<sh::subscribe_notifications>(*this, "SNR", message, action, std::move(*request), ports_.context,
                                     ports_.committer, encode(), arrived);
}

}  // namespace vouchsafe::diameter
