#pragma once

#include "cx/context.hpp"
#include "diameter/cx_codec.hpp"
#include "diameter/server.hpp"
#include "ports/subscriber_store.hpp"

namespace vouchsafe::diameter {

/// What the server stands on. All of it outlives the server.
struct CxPorts {
  const cx::CxContext& context;
  const ports::SubscriberReader& reader;
  ports::Committer& committer;
  ports::Log& log;
  ports::Publisher& events;
  ports::AnswerMeter* meter = nullptr;  ///< nullptr: nobody counts
};

/// Answers Cx requests that freeDiameter dispatches to this process: UAR and LIR at once, MAR and SAR when what they
/// wrote is on disk.
class CxServer : public Server {
 public:
  CxServer(CxPorts ports, const Dictionary& dictionary, const Speakers& speakers)
      : Server(Application::cx, dictionary, speakers, ports.log, ports.events, ports.meter),
        ports_(ports),
        decoder_(dictionary),
        encoder_(dictionary) {}

  /// Registers the handlers, and announces Cx to peers. Throws FdError; what was registered goes with the object.
  void start();

  void answer_uar(msg** message, disp_action* action, Speaker speaker, Arrival arrived);
  void answer_lir(msg** message, disp_action* action, Speaker speaker, Arrival arrived);
  void answer_mar(msg** message, disp_action* action, Speaker speaker, Arrival arrived);
  void answer_sar(msg** message, disp_action* action, Speaker speaker, Arrival arrived);

 private:
  [[nodiscard]] auto encode() const {
    return [this](OwnedMessage&& query, const auto& request, const auto& answer) {
      if constexpr (requires { encoder_.encode(std::move(query), request, answer); }) {
        return encoder_.encode(std::move(query), request, answer);
      } else {
        return encoder_.encode(std::move(query), answer);
      }
    };
  }
  CxPorts ports_;
  CxDecoder decoder_;
  CxEncoder encoder_;
};

}  // namespace vouchsafe::diameter
