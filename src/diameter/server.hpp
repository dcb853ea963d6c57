#pragma once

#include "diameter/bad_request.hpp"
#include "diameter/guarded.hpp"
#include "diameter/speaker.hpp"
#include "ports/answer_meter.hpp"
#include "ports/committer.hpp"
#include "ports/log.hpp"
#include "ports/outcome.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace vouchsafe::diameter {

/// The answer takes the query's place, and the dispatcher sends it.
inline void hand_over(OwnedMessage answer, msg** message, disp_action* action) {
  *message = answer.release();
  *action = DISP_ACT_SEND;
}

/// The query, out of the dispatcher's hands.
inline OwnedMessage take(msg** message) { return OwnedMessage(std::exchange(*message, nullptr)); }

/// The query, for as long as its answer is made. What is not taken out goes back to the dispatcher's hands, whatever is
/// thrown: somebody can still answer it.
class Borrowed {
 public:
  explicit Borrowed(msg** home) : home_(home), message_(take(home)) {}
  ~Borrowed() {
    if (message_) *home_ = message_.release();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  [[nodiscard]] OwnedMessage& get() { return message_; }

 private:
  msg** home_;
  OwnedMessage message_;
};

/// From now on the message is the caller's; the dispatcher forgets it.
inline OwnedMessage keep(msg** message, disp_action* action) {
  *action = DISP_ACT_CONT;
  return take(message);
}

/// \return the Session-Id, which every message that was parsed has; the message's own
std::string_view session_of(msg* message);

/// When a request was given to the HSS.
using Arrival = std::chrono::steady_clock::time_point;

/// What the servers of the applications share: handlers that live as long as the server, and answers from threads that
/// are not the dispatcher's.
class Server {
 public:
  Server(Application application, const Dictionary& dictionary, const Speakers& speakers, ports::Log& log,
         ports::Publisher& events, ports::AnswerMeter* meter = nullptr)
      : application_(application),
        dictionary_(dictionary),
        speakers_(speakers),
        log_(log),
        events_(events),
        meter_(meter) {}
  virtual ~Server() { stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Takes no more requests. Those that are being committed can still be answered.
  void stop();
  [[nodiscard]] ports::Log& log() const { return log_; }
  [[nodiscard]] const Dictionary& dictionary() const { return dictionary_; }
  /// Sends an answer from a thread that is not the dispatcher's.
  void send(OwnedMessage answer, const char* command, Arrival arrived) const;
  void tell(const ports::Events& events, const ports::Exchange& exchange) const;

 protected:
  /// Has a method of the derived server called for each request of the command by somebody who may send it; the others
  /// are answered here. Throws FdError; what was registered before goes with the object.
  template <Command command, class S, void (S::*Method)(msg**, disp_action*, Speaker, Arrival)>
  void handle() {
    handle(command, dispatch<command, S, Method>);
  }
  /// Announces the application to peers. Throws FdError.
  void announce() const;
  void answer_bad(msg** message, disp_action* action, const BadRequest& bad, const char* command) const;

 private:
  using Handler = int (*)(msg**, avp*, session*, void*, disp_action*) noexcept;
  void handle(Command command, Handler handler);
  /// Closed against what the method throws.
  template <Command command, class S, void (S::*Method)(msg**, disp_action*, Speaker, Arrival)>
  static int dispatch(msg** message, avp*, session*, void* self, disp_action* action) noexcept {
    const Arrival arrived = std::chrono::steady_clock::now();
    auto* server = static_cast<S*>(static_cast<Server*>(self));
    const int rc = guarded(command_rows()[static_cast<std::size_t>(command)].name, server->log(), message, action, [&] {
      auto speaker = server->speakers_.identify(*message, command);
      if (!speaker) return server->answer_stranger(message, action, speaker.error(), command);
      (server->*Method)(message, action, std::move(*speaker), arrived);
    });
    server->measure(server->measured(*message), arrived);
    return rc;
  }
  /// An answer, as it is counted. \return nothing where nobody counts, and for what is no answer
  struct Measured {
    std::uint32_t command;
    ResultCode result;
  };
  [[nodiscard]] std::optional<Measured> measured(msg* answer) const noexcept;
  void measure(const std::optional<Measured>& answer, Arrival arrived) const noexcept;
  void answer_stranger(msg** message, disp_action* action, const Stranger& stranger, Command command) const;

  Application application_;
  const Dictionary& dictionary_;
  const Speakers& speakers_;
  ports::Log& log_;
  ports::Publisher& events_;
  ports::AnswerMeter* meter_;  ///< nullptr: nobody counts
  std::vector<disp_hdl*> handlers_;
};

/// What the events of a request came of, as views of what is given.
template <class Request>
ports::Exchange exchange_of(const char* command, std::string_view session, const Request& request, ResultCode result) {
  if constexpr (requires { request.common.speaker; }) {
    const Speaker& speaker = request.common.speaker;
    return {command, session, speaker.host, speaker.peer, result};
  } else {
    return {command, session, request.common.origin_host, request.common.origin_host, result};
  }
}

/// Sends the answer, and then tells of the events.
/// \param session the query's Session-Id, for longer than the query
/// \param send gets the answer's message
template <class Request, class Answer, class Encode, class Send>
void end(const Server& server, const char* command, OwnedMessage& query, std::string_view session,
         const Request& request, const ports::Outcome<Answer>& outcome, const Encode& encode, const Send& send) {
  send(encode(std::move(query), request, outcome.answer));
  if (!outcome.events.empty())
    server.tell(outcome.events, exchange_of(command, session, request, outcome.answer.verdict.code));
}

/// Answers a request that writes nothing, in the dispatcher's thread.
template <auto Procedure, class Request, class Context, class Encode>
void answer_now(const Server& server, const char* command, msg** message, disp_action* action, const Request& request,
                const ports::SubscriberReader& reader, const Context& context, const Encode& encode) {
  auto outcome = Procedure(request, reader, context);
  if constexpr (requires { context.vouchings; }) settle(outcome, context.vouchings);
  Borrowed query(message);
  // The answer holds the query for as long as it is here.
  const std::string_view session = outcome.events.empty() ? std::string_view{} : session_of(query.get().get());
  end(server, command, query.get(), session, request, outcome, encode,
      [&](OwnedMessage answer) { hand_over(std::move(answer), message, action); });
}

/// A request that is answered when what it writes is on disk.
/// \tparam Procedure  (request, reader, context) to an outcome
/// \tparam Encode     (query, request, answer) to the answer's message
template <class Request, class Context, auto Procedure, class Encode>
class DeferredWork : public ports::Work {
 public:
  DeferredWork(const Server& server, const char* command, Request request, const Context& context, Encode encode,
               Arrival arrived = std::chrono::steady_clock::now())
      : server_(server),
        command_(command),
        request_(std::move(request)),
        context_(context),
        encode_(std::move(encode)),
        arrived_(arrived) {}

  /// To be called before anything else: it has to be answered from then on.
  void take_over(OwnedMessage query) noexcept { query_ = std::move(query); }

  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    prepared_ = true;
    outcome_ = Procedure(request_, reader, context_);
    return std::move(outcome_.writes);
  }

  void finish(const Result<void>& committed) noexcept override {
    msg* message = query_.release();
    guarded(command_, server_.log(), &message, nullptr, [&] {
      if (committed) {
        if constexpr (requires { context_.vouchings; }) settle(outcome_, context_.vouchings);
      } else {
        // What it decided is not what is answered: nobody hears of it.
        outcome_ = {};
        outcome_.answer.verdict.code = to_result(committed.error().kind);
        // One that never came so far has claimed nothing: what its twin has claimed is not its to give back.
        if constexpr (requires { abandon(request_, context_); }) {
          if (prepared_) abandon(request_, context_);
        }
      }
      Borrowed query(&message);
      const std::string session(outcome_.events.empty() ? std::string_view{} : session_of(query.get().get()));
      end(server_, command_, query.get(), session, request_, outcome_, encode_,
          [&](OwnedMessage answer) { server_.send(std::move(answer), command_, arrived_); });
    });
    server_.send(OwnedMessage(message), command_, arrived_);  // the refusal, where something was thrown
  }

 private:
  using Outcome = decltype(Procedure(std::declval<const Request&>(), std::declval<const ports::SubscriberReader&>(),
                                     std::declval<const Context&>()));
  const Server& server_;
  const char* command_;
  OwnedMessage query_;
  Request request_;
  const Context& context_;
  Encode encode_;
  Arrival arrived_;
  Outcome outcome_{};
  bool prepared_ = false;
};

/// Takes the query over, and gives the committer the work that answers it. Where that cannot be made, the query stays
/// in the dispatcher's hands.
template <auto Procedure, class Request, class Context, class Encode>
void defer(const Server& server, const char* command, msg** message, disp_action* action, Request request,
           const Context& context, ports::Committer& committer, Encode encode,
           Arrival arrived = std::chrono::steady_clock::now()) {
  auto work = std::make_unique<DeferredWork<Request, Context, Procedure, Encode>>(server, command, std::move(request),
                                                                                  context, std::move(encode), arrived);
  work->take_over(keep(message, action));
  committer.submit(std::move(work));
}

}  // namespace vouchsafe::diameter
