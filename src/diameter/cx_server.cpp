#include "diameter/cx_server.hpp"

#include "cx/location_info.hpp"
#include "cx/multimedia_auth.hpp"
#include "cx/server_assignment.hpp"
#include "cx/user_authorization.hpp"

namespace vouchsafe::diameter {
namespace {

/// A MAR between its procedure and its answer.
struct MaExchange {
  static constexpr const char* name = "MAR";
  const cx::Context* context;
  const CxEncoder* encoder;
  cx::MaRequest request;
  cx::MaAnswer answer{};

  ports::Writes run(const ports::SubscriberReader& reader) {
    auto outcome = cx::multimedia_auth(request, reader, *context);
    answer = std::move(outcome.answer);
    return std::move(outcome.writes);
  }
  void fail(ResultCode code) {
    answer = {};
    answer.verdict.code = code;
  }
  OwnedMessage encode(OwnedMessage query) const {
    if (!answer.items.empty()) context->memory.forget(request.impi);
    return encoder->encode(std::move(query), request, answer);
  }
};

/// A SAR between its procedure and its answer.
struct SaExchange {
  static constexpr const char* name = "SAR";
  const cx::Context* context;
  const CxEncoder* encoder;
  cx::SaRequest request;
  cx::SaAnswer answer{};

  ports::Writes run(const ports::SubscriberReader& reader) {
    auto outcome = cx::server_assignment(request, reader, *context);
    answer = std::move(outcome.answer);
    return std::move(outcome.writes);
  }
  void fail(ResultCode code) {
    answer = {};
    answer.verdict.code = code;
  }
  OwnedMessage encode(OwnedMessage query) const { return encoder->encode(std::move(query), answer); }
};

}  // namespace

void CxServer::start() {
  handle(Command::user_authorization, dispatch<CxServer, &CxServer::answer_uar>);
  handle(Command::location_info, dispatch<CxServer, &CxServer::answer_lir>);
  handle(Command::multimedia_auth, dispatch<CxServer, &CxServer::answer_mar>);
  handle(Command::server_assignment, dispatch<CxServer, &CxServer::answer_sar>);
  announce();
}

void CxServer::answer_uar(msg** message, disp_action* action) {
  const auto request = decoder_.user_authorization(*message);
  if (!request) return answer_bad(message, action, request.error(), "UAR");
  const auto answer = cx::user_authorization(*request, ports_.reader, ports_.context);
  hand_over(encoder_.encode(take(message), answer), message, action);
}

void CxServer::answer_lir(msg** message, disp_action* action) {
  const auto request = decoder_.location_info(*message);
  if (!request) return answer_bad(message, action, request.error(), "LIR");
  const auto answer = cx::location_info(*request, ports_.reader, ports_.context);
  hand_over(encoder_.encode(take(message), answer), message, action);
}

void CxServer::answer_mar(msg** message, disp_action* action) {
  auto request = decoder_.multimedia_auth(*message);
  if (!request) return answer_bad(message, action, request.error(), "MAR");
  ports_.committer.submit(std::make_unique<DeferredWork<MaExchange>>(
      *this, keep(message, action), MaExchange{&ports_.context, &encoder_, std::move(*request)}));
}

void CxServer::answer_sar(msg** message, disp_action* action) {
  auto request = decoder_.server_assignment(*message);
  if (!request) return answer_bad(message, action, request.error(), "SAR");
  ports_.committer.submit(std::make_unique<DeferredWork<SaExchange>>(
      *this, keep(message, action), SaExchange{&ports_.context, &encoder_, std::move(*request)}));
}

}  // namespace vouchsafe::diameter
