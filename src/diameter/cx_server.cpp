#include "diameter/cx_server.hpp"

#include "cx/location_info.hpp"
#include "cx/multimedia_auth.hpp"
#include "cx/server_assignment.hpp"
#include "cx/user_authorization.hpp"

namespace vouchsafe::diameter {

void CxServer::start() {
  handle<Command::user_authorization, CxServer, &CxServer::answer_uar>();
  handle<Command::location_info, CxServer, &CxServer::answer_lir>();
  handle<Command::multimedia_auth, CxServer, &CxServer::answer_mar>();
  handle<Command::server_assignment, CxServer, &CxServer::answer_sar>();
  announce();
}

void CxServer::answer_uar(msg** message, disp_action* action, Speaker speaker, Arrival) {
  const auto request = decoder_.user_authorization(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "UAR");
  answer_now<cx::user_authorization>(*this, "UAR", message, action, *request, ports_.reader, ports_.context, encode());
}

void CxServer::answer_lir(msg** message, disp_action* action, Speaker speaker, Arrival) {
  const auto request = decoder_.location_info(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "LIR");
  answer_now<cx::location_info>(*this, "LIR", message, action, *request, ports_.reader, ports_.context, encode());
}

void CxServer::answer_mar(msg** message, disp_action* action, Speaker speaker, Arrival arrived) {
  auto request = decoder_.multimedia_auth(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "MAR");
  defer<cx::multimedia_auth>(*this, "MAR", message, action, std::move(*request), ports_.context, ports_.committer,
                             encode(), arrived);
}

void CxServer::answer_sar(msg** message, disp_action* action, Speaker speaker, Arrival arrived) {
  auto request = decoder_.server_assignment(*message, std::move(speaker));
  if (!request) return answer_bad(message, action, request.error(), "SAR");
  defer<cx::server_assignment>(*this, "SAR", message, action, std::move(*request), ports_.context, ports_.committer,
                               encode(), arrived);
}

}  // namespace vouchsafe::diameter
