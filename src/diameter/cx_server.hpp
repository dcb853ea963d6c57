#pragma once

#include "cx/context.hpp"
#include "diameter/cx_codec.hpp"
#include "ports/committer.hpp"
#include "ports/log.hpp"
#include "ports/subscriber_store.hpp"

#include <array>
#include <memory>

namespace vouchsafe::diameter {

/// What the server stands on. All of it outlives the server.
struct CxPorts {
  const cx::Context& context;
  const ports::SubscriberReader& reader;
  ports::Committer& committer;
  ports::Log& log;
};

/// Answers Cx requests that freeDiameter dispatches to this process: UAR and LIR at once, MAR and SAR when what they
/// wrote is on disk.
class CxServer {
 public:
  CxServer(CxPorts ports, const Dictionary& dictionary)
      : ports_(ports), dictionary_(dictionary), decoder_(dictionary), encoder_(dictionary) {}
  ~CxServer() { stop(); }
  CxServer(const CxServer&) = delete;
  CxServer& operator=(const CxServer&) = delete;

  /// Registers the handlers, and announces Cx to peers. Throws FdError; what was registered goes with the object.
  void start();
  /// Takes no more requests. Those that are being committed can still be answered.
  void stop();

  void answer_uar(msg** message, disp_action* action);
  void answer_lir(msg** message, disp_action* action);
  void answer_mar(msg** message, disp_action* action);
  void answer_sar(msg** message, disp_action* action);
  [[nodiscard]] ports::Log& log() const { return ports_.log; }

 private:
  friend class MaWork;
  friend class SaWork;
  void answer_bad(msg** message, disp_action* action, const BadRequest& bad, const char* command);
  /// Sends an answer from a thread that is not the dispatcher's.
  void send(OwnedMessage answer, const char* command) const;

  CxPorts ports_;
  const Dictionary& dictionary_;
  CxDecoder decoder_;
  CxEncoder encoder_;
  std::array<disp_hdl*, 4> handlers_{};
};

}  // namespace vouchsafe::diameter
