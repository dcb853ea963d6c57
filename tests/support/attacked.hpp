#pragma once

#include "client/cx.hpp"
#include "client/sh.hpp"
#include "domain/reason.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace vouchsafe::testing {

using client::Delegation;
using client::experimental;
using client::Message;
using client::ours;
using client::Peer;
using namespace std::chrono_literals;

inline const Delegation granted{"waf.example.net"};

/// An HSS whose clients are named one by one, each with the role that it needs.
struct Attacked : HssProcess {
  Attacked() {
    serve_only(R"({ host = "epcscf.ims.example"; roles = [ "ep-cscf" ]; },
  { host = "icscf.ims.example"; roles = [ "i-cscf" ]; },
  { host = "scscf.ims.example"; roles = [ "s-cscf" ]; },
  { host = "scscf2.ims.example"; roles = [ "s-cscf" ]; },
  { host = "marking.ims.example"; roles = [ "s-cscf" ]; marks = true; },
  { host = "as.ims.example"; roles = [ "as" ]; },
  { host = "provisioning.ims.example"; roles = [ "as" ]; })");
    edit("vouchsafe.conf", "#timeout_ms = 5000", "timeout_ms = 700");
    edit("vouchsafe.conf", "#first_retry_ms = 1000", "first_retry_ms = 100");
  }

  [[nodiscard]] Peer connect(const std::string& host) const { return Peer(peer(host)); }
  static Message in_the_name_of(const std::string& host, Message m) {
    for (auto& avp : m.avps) {
      if (avp.code == 264) avp.data = host;
    }
    return m;
  }
  static std::optional<Reason> reason(const Message& answer) {
    const auto* avp = answer.find(1003, ours);
    return avp == nullptr ? std::nullopt : std::optional(static_cast<Reason>(avp->number()));
  }
  /// Whether nothing has come: the answer to what is asked now comes after whatever was sent before.
  static bool got_nothing(Peer& peer) {
    const auto id = peer.send(client::lir(peer, bob_impu));
    const auto next = peer.receive(5s);
    return next && !next->is_request() && next->hop_by_hop == id;
  }
  static std::optional<Message> next(Peer& peer, std::uint32_t command, std::chrono::milliseconds wait = 4s) {
    while (auto message = peer.receive(wait)) {
      if (message->is_request() && message->command == command) return message;
      if (message->is_request()) peer.answer(*message);
    }
    return std::nullopt;
  }
  static void vouch(Peer& epcscf, Peer& scscf) {
    BOOST_TEST_REQUIRE((reason(epcscf.ask(client::uar(epcscf, alice, alice_impu, granted))) == Reason::authorized));
    BOOST_TEST_REQUIRE(scscf.ask(client::sar(scscf, alice, {alice_impu}, scscf_name, 1)).result() == 2001U);
  }
};

}  // namespace vouchsafe::testing
