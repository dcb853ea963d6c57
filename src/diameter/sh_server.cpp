#include "diameter/sh_server.hpp"

#include "sh/profile_update.hpp"
#include "sh/subscribe_notifications.hpp"
#include "sh/user_data.hpp"

namespace vouchsafe::diameter {
namespace {

/// A request between its procedure and its answer. \tparam Procedure gives an outcome with `answer` and `writes`
template <class Request, class Answer, auto Procedure>
struct Exchange {
  static constexpr const char* name = std::is_same_v<Answer, sh::PuAnswer> ? "PUR" : "SNR";
  const sh::Context* context;
  const ShEncoder* encoder;
  Request request;
  Answer answer{};

  ports::Writes run(const ports::SubscriberReader& reader) {
    auto outcome = Procedure(request, reader, *context);
    answer = std::move(outcome.answer);
    return std::move(outcome.writes);
  }
  void fail(ResultCode code) {
    answer = {};
    answer.verdict.code = code;
  }
  OwnedMessage encode(OwnedMessage query) const { return encoder->encode(std::move(query), answer); }
};
using PuExchange = Exchange<sh::PuRequest, sh::PuAnswer, sh::profile_update>;
using SnExchange = Exchange<sh::SnRequest, sh::SnAnswer, sh::subscribe_notifications>;

}  // namespace

void ShServer::start() {
  handle(Command::user_data, dispatch<ShServer, &ShServer::answer_udr>);
  handle(Command::profile_update, dispatch<ShServer, &ShServer::answer_pur>);
  handle(Command::subscribe_notifications, dispatch<ShServer, &ShServer::answer_snr>);
  announce();
}

void ShServer::answer_udr(msg** message, disp_action* action) {
  const auto request = decoder_.user_data(*message);
  if (!request) return answer_bad(message, action, request.error(), "UDR");
  const auto answer = sh::user_data(*request, ports_.reader, ports_.context);
  hand_over(encoder_.encode(take(message), answer), message, action);
}

void ShServer::answer_pur(msg** message, disp_action* action) {
  auto request = decoder_.profile_update(*message);
  if (!request) return answer_bad(message, action, request.error(), "PUR");
  ports_.committer.submit(std::make_unique<DeferredWork<PuExchange>>(
      *this, keep(message, action), PuExchange{&ports_.context, &encoder_, std::move(*request)}));
}

void ShServer::answer_snr(msg** message, disp_action* action) {
  auto request = decoder_.subscribe_notifications(*message);
  if (!request) return answer_bad(message, action, request.error(), "SNR");
  ports_.committer.submit(std::make_unique<DeferredWork<SnExchange>>(
      *this, keep(message, action), SnExchange{&ports_.context, &encoder_, std::move(*request)}));
}

}  // namespace vouchsafe::diameter
