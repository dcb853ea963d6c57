#include "diameter/cx_server.hpp"

#include "cx/location_info.hpp"
#include "cx/multimedia_auth.hpp"
#include "cx/server_assignment.hpp"
#include "cx/user_authorization.hpp"
#include "diameter/guarded.hpp"
#include "diameter/read.hpp"

namespace vouchsafe::diameter {
namespace {

template <void (CxServer::*Method)(msg**, disp_action*)>
int dispatch(msg** message, avp*, session*, void* self, disp_action* action) noexcept {
  auto* server = static_cast<CxServer*>(self);
  return guarded("Cx", server->log(), message, action, [&] { (server->*Method)(message, action); });
}

/// The answer takes the query's place, and the dispatcher sends it.
void hand_over(OwnedMessage answer, msg** message, disp_action* action) {
  *message = answer.release();
  *action = DISP_ACT_SEND;
}

/// From now on the message is the work's; the dispatcher forgets it.
OwnedMessage keep(msg** message, disp_action* action) {
  OwnedMessage kept(*message);
  *message = nullptr;
  *action = DISP_ACT_CONT;
  return kept;
}

std::string peer_of(msg* request) {
  std::string host;
  for_each_avp(request, [&](const AvpView& avp) {
    if (avp.vendor == 0 && avp.code == 264) host = std::string(avp.text());
  });
  return host;
}

}  // namespace

/// A MAR between its procedure and its answer.
class MaWork : public ports::Work {
 public:
  MaWork(const CxServer& server, OwnedMessage query, cx::MaRequest request)
      : server_(server), query_(std::move(query)), request_(std::move(request)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    auto outcome = cx::multimedia_auth(request_, reader, server_.ports_.context);
    answer_ = std::move(outcome.answer);
    return std::move(outcome.writes);
  }

  void finish(const Result<void>& outcome) noexcept override {
    msg* message = query_.release();
    guarded("MAR", server_.ports_.log, &message, nullptr, [&] {
      if (!outcome) {
        answer_ = {};
        answer_.verdict.code = to_result(outcome.error().kind);
      } else if (!answer_.items.empty()) {
        server_.ports_.context.memory.forget(request_.impi);
      }
      OwnedMessage query(message);
      message = nullptr;
      server_.send(server_.encoder_.encode(std::move(query), request_, answer_), "MAR");
    });
    server_.send(OwnedMessage(message), "MAR");
  }

 private:
  const CxServer& server_;
  OwnedMessage query_;
  cx::MaRequest request_;
  cx::MaAnswer answer_;
};

/// A SAR between its procedure and its answer.
class SaWork : public ports::Work {
 public:
  SaWork(const CxServer& server, OwnedMessage query, cx::SaRequest request)
      : server_(server), query_(std::move(query)), request_(std::move(request)) {}

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    auto outcome = cx::server_assignment(request_, reader, server_.ports_.context);
    answer_ = std::move(outcome.answer);
    return std::move(outcome.writes);
  }

  void finish(const Result<void>& outcome) noexcept override {
    msg* message = query_.release();
    guarded("SAR", server_.ports_.log, &message, nullptr, [&] {
      if (!outcome) {
        answer_ = {};
        answer_.verdict.code = to_result(outcome.error().kind);
      }
      OwnedMessage query(message);
      message = nullptr;
      server_.send(server_.encoder_.encode(std::move(query), answer_), "SAR");
    });
    server_.send(OwnedMessage(message), "SAR");
  }

 private:
  const CxServer& server_;
  OwnedMessage query_;
  cx::SaRequest request_;
  cx::SaAnswer answer_;
};

void CxServer::start() {
  const auto add = [&](Command command, int (*callback)(msg**, avp*, session*, void*, disp_action*) noexcept,
                       std::size_t slot) {
    disp_when when{};
    when.app = dictionary_.application(Application::cx);
    when.command = dictionary_.request(command);
    check("fd_disp_register", fd_disp_register(callback, DISP_HOW_CC, &when, this, &handlers_.at(slot)));
  };
  add(Command::user_authorization, dispatch<&CxServer::answer_uar>, 0);
  add(Command::location_info, dispatch<&CxServer::answer_lir>, 1);
  add(Command::multimedia_auth, dispatch<&CxServer::answer_mar>, 2);
  add(Command::server_assignment, dispatch<&CxServer::answer_sar>, 3);
  vendor_id_t vendor_id = vendor_3gpp_id;
  dict_object* vendor = nullptr;
  check("fd_dict_search",
        fd_dict_search(fd_g_config->cnf_dict, DICT_VENDOR, VENDOR_BY_ID, &vendor_id, &vendor, ENOENT));
  check("fd_disp_app_support", fd_disp_app_support(dictionary_.application(Application::cx), vendor, 1, 0));
}

void CxServer::stop() {
  for (auto& handler : handlers_) {
    if (handler != nullptr) (void)fd_disp_unregister(&handler, nullptr);
    handler = nullptr;
  }
}

void CxServer::answer_bad(msg** message, disp_action* action, const BadRequest& bad, const char* command) {
  if (!bad.what.empty())
    ports_.log.write(ports::Message::bad_identity, {command, peer_of(*message), bad.text, bad.what});
  msg* query = *message;
  *message = nullptr;
  hand_over(encoder_.encode(OwnedMessage(query), bad), message, action);
}

void CxServer::send(OwnedMessage answer, const char* command) const {
  if (!answer) return;
  msg* message = answer.release();
  const int rc = fd_msg_send(&message, nullptr, nullptr);
  if (rc != 0) {
    OwnedMessage(message).reset();
    ports_.log.write(ports::Message::answer_lost, {command, std::to_string(rc)});
  }
}

void CxServer::answer_uar(msg** message, disp_action* action) {
  const auto request = decoder_.user_authorization(*message);
  if (!request) return answer_bad(message, action, request.error(), "UAR");
  const auto answer = cx::user_authorization(*request, ports_.reader, ports_.context);
  msg* query = *message;
  *message = nullptr;
  hand_over(encoder_.encode(OwnedMessage(query), answer), message, action);
}

void CxServer::answer_lir(msg** message, disp_action* action) {
  const auto request = decoder_.location_info(*message);
  if (!request) return answer_bad(message, action, request.error(), "LIR");
  const auto answer = cx::location_info(*request, ports_.reader, ports_.context);
  msg* query = *message;
  *message = nullptr;
  hand_over(encoder_.encode(OwnedMessage(query), answer), message, action);
}

void CxServer::answer_mar(msg** message, disp_action* action) {
  auto request = decoder_.multimedia_auth(*message);
  if (!request) return answer_bad(message, action, request.error(), "MAR");
  ports_.committer.submit(std::make_unique<MaWork>(*this, keep(message, action), std::move(*request)));
}

void CxServer::answer_sar(msg** message, disp_action* action) {
  auto request = decoder_.server_assignment(*message);
  if (!request) return answer_bad(message, action, request.error(), "SAR");
  ports_.committer.submit(std::make_unique<SaWork>(*this, keep(message, action), std::move(*request)));
}

}  // namespace vouchsafe::diameter
