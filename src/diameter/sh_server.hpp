#pragma once

#include "diameter/server.hpp"
#include "diameter/sh_codec.hpp"
#include "ports/subscriber_store.hpp"
#include "sh/context.hpp"

namespace vouchsafe::diameter {

/// What the server stands on. All of it outlives the server.
struct ShPorts {
  const sh::ShContext& context;
  const ports::SubscriberReader& reader;
  ports::Committer& committer;
  ports::Log& log;
  ports::Publisher& events;
  ports::AnswerMeter* meter = nullptr;  ///< nullptr: nobody counts
};

/// Answers Sh requests that freeDiameter dispatches to this process: UDR at once, PUR and SNR when what they wrote is
/// on disk.
class ShServer : public Server {
 public:
  ShServer(ShPorts ports, const Dictionary& dictionary, const Speakers& speakers)
      : Server(Application::sh, dictionary, speakers, ports.log, ports.events, ports.meter),
        ports_(ports),
        decoder_(dictionary),
        encoder_(dictionary) {}

  /// Registers the handlers, and announces Sh to peers. Throws FdError; what was registered goes with the object.
  void start();

  void answer_udr(msg** message, disp_action* action, Speaker speaker, Arrival arrived);
  void answer_pur(msg** message, disp_action* action, Speaker speaker, Arrival arrived);
  void answer_snr(msg** message, disp_action* action, Speaker speaker, Arrival arrived);

 private:
  [[nodiscard]] auto encode() const {
    return [this](OwnedMessage&& query, const auto&, const auto& answer) {
      return encoder_.encode(std::move(query), answer);
    };
  }
  ShPorts ports_;
  ShDecoder decoder_;
  ShEncoder encoder_;
};

}  // namespace vouchsafe::diameter
